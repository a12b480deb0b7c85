"""What each code of an error means, in one table: the default words of a `GS1Error`, and the reference page.

>>> meaning_of("illegal_day"), meaning_of("coupon_truncated_offer_code")
('no such day in this month', 'a field of the coupon ends too early: offer code')
"""

MEANINGS: dict[str, dict[str, str]] = {
    "Reading": {
        "empty": "there is nothing to read",
        "too_long_input": "the input is longer than any GS1 message may be",
        "not_gs1": "this is neither a GS1 message, nor a GS1 Digital Link, nor an EPC URN",
        "missing_fnc1": "the element string must start with FNC1 (written ^ or sent as GS)",
        "bad_brackets": "expected (AI)value pairs, each with a value",
        "unknown_ai": "no such application identifier is known",
        "too_many_elements": "a message may hold 64 elements at most",
        "bad_symbology_identifier": "expected scan data beginning with a symbology identifier such as ]d2",
        "unknown_symbology": "no symbology of this name is known",
        "bad_gtin": "this symbol cannot hold such a GTIN",
        "fnc1_in_value": "a value must not contain ^, it stands for FNC1",
        "null_character": "%00 is not allowed",
    },
    "Values": {
        "value_empty": "the value is missing",
        "value_too_short": "the value is too short",
        "value_too_long": "the value is too long",
        "value_wrong_length": "the value has a wrong length",
        "non_digit_character": "a digit is expected here",
        "invalid_cset82_character": "this character is not in GS1 character set 82",
        "invalid_cset39_character": "this character is not in GS1 character set 39",
        "invalid_cset64_character": "this character is not in the base64url set",
        "invalid_cset64_padding": "the base64url padding is wrong",
        "incorrect_check_digit": "the check digit is wrong",
        "incorrect_check_pair": "the pair of check characters is wrong",
        "too_short_for_gcp": "too short to begin with a GS1 company prefix (4 digits at least)",
        "invalid_gcp_prefix": "does not begin with a GS1 company prefix",
        "illegal_month": "no such month",
        "illegal_day": "no such day in this month",
        "illegal_hour": "hours run from 00 to 23",
        "illegal_minute": "minutes run from 00 to 59",
        "illegal_second": "seconds run from 00 to 59",
        "date_too_short": "a date has 6 digits here, or 8 where the field says so",
        "date_too_long": "a date has 6 digits here, or 8 where the field says so",
        "hour_too_short": "an hour has two digits",
        "hour_too_long": "an hour has two digits",
        "minute_too_short": "minutes have two digits",
        "minute_too_long": "minutes have two digits",
        "second_too_short": "seconds have two digits",
        "second_too_long": "seconds have two digits",
        "hour_with_minute_too_short": "hour and minute have four digits",
        "hour_with_minute_too_long": "hour and minute have four digits",
        "gcp_datasource_offline": "the source of company prefixes gives no answer",
        "iban_too_short": "an IBAN has more than 10 characters",
        "iban_too_long": "an IBAN has 34 characters at most",
        "illegal_iban_country_code": "an IBAN begins with the two letters of a country",
        "invalid_iban_character": "an IBAN has digits and capitals only",
        "incorrect_iban_checksum": "the check digits of the IBAN are wrong",
        "illegal_zero_prefix": "leading zeros are not allowed here",
        "illegal_zero_value": "the value must not be zero",
        "not_zero": "only zeros are allowed here",
        "not_zero_or_one": "expected 0 (no) or 1 (yes)",
        "not_hyphen": "only hyphens are allowed here",
        "requires_non_digit_character": "one character at least must not be a digit",
        "invalid_biological_sex_code": "expected 0, 1, 2 or 9 (ISO 5218)",
        "invalid_import_idx_character": "expected one character of - 0-9 A-Z _ a-z",
        "invalid_length_for_piece_of_total": "piece and total have the same number of digits",
        "zero_piece_number": "pieces are counted from 1",
        "zero_total_pieces": "the total is one piece at least",
        "piece_number_exceeds_total": "there are not so many pieces",
        "position_in_sequence_malformed": "expected position/end, for example 1/3",
        "position_exceeds_end": "the position lies behind the end",
        "latitude_invalid_length": "a latitude has 10 digits",
        "longitude_invalid_length": "a longitude has 10 digits",
        "invalid_latitude": "a latitude is 1800000000 at most",
        "invalid_longitude": "a longitude is 3600000000 at most",
        "invalid_media_type": "no such type of AIDC medium is known",
        "invalid_package_type": "no such type of package is known",
        "invalid_percent_sequence": "two hexadecimal digits must follow a percent sign",
        "invalid_winding_direction": "expected 0, 1 or 9",
        "not_iso3166": "no country has this number (ISO 3166-1)",
        "not_iso3166_or_999": "no country has this number (ISO 3166-1), and it is not 999",
        "not_iso3166_alpha2": "no country has these two letters (ISO 3166-1)",
        "not_iso4217": "no currency has this number (ISO 4217)",
        "too_short_for_check_digit": "there is nothing that a check digit could protect",
        "too_short_for_check_pair": "too short to end with a pair of check characters",
        "too_long_for_check_pair": "a pair of check characters protects 97 characters at most",
        "coupon_excess_data": "the coupon goes on behind its end",
        "coupon_expiration_before_start": "the coupon ends before it begins",
        "coupon_missing_*": "a field that the coupon needs is not there",
        "coupon_truncated_*": "a field of the coupon ends too early",
        "coupon_too_short_*": "a date of the coupon ends too early",
        "coupon_invalid_*": "a field of the coupon holds a value that is not allowed",
    },
    "What belongs together": {
        "excluded_pair": "these application identifiers must not meet",
        "missing_association": "another application identifier is required beside this one",
        "different_repeat": "the element is repeated with another value",
        "serial_required": "a digital signature needs a serialised key, the serial is missing",
    },
    "Digital Links": {
        "bad_uri": "this is not a well-formed http or https URI",
        "no_key": "no GS1 key is found in the path of the URI",
        "bad_key_sequence": "the key and its qualifiers are not in an allowed order",
        "not_an_attribute": "this application identifier is not allowed in the query of a Digital Link",
        "belongs_in_path": "this qualifier belongs into the path of the Digital Link",
        "duplicate": "the application identifier stands twice in the Digital Link",
        "no_digital_link": "no Digital Link exists for this message",
        "not_compressed": "this is no compressed Digital Link",
        "bad_compression": "the compressed part of the Digital Link cannot be read",
        "no_compressed_form": "the old compression has no form for this; use eh or ex",
        "unknown_form": "no such form of compression is known",
    },
    "URNs and tags": {
        "bad_urn": "this is not a well-formed EPC URN",
        "no_urn": "no EPC URN exists for this message",
        "bad_tag": "these are not the bits of a GS1 tag",
        "no_tag": "no tag of this kind can carry this",
        "unknown_scheme": "no such kind of EPC tag is known",
        "bad_filter": "a filter lies between 0 and 7",
        "bad_host": "expected a host name such as id.brand.example",
        "bad_gcp_length": "the length of a GS1 company prefix lies between 6 and 12 digits",
        "unknown_gcp_length": "nothing says where the GS1 company prefix ends",
        "bad_prefix_list": "this is no list of GS1 company prefixes",
    },
}
"""Subject -> code -> meaning. A code that ends with `*` stands for all that begin so: the many fields of a coupon."""

_WORDS = {code: words for group in MEANINGS.values() for code, words in group.items()}
_FAMILIES = {code.removesuffix("*"): words for code, words in _WORDS.items() if code.endswith("*")}


def meaning_of(code: str) -> str:
    """What a code means; "" for a code that is not in the table."""
    if code in _WORDS:
        return _WORDS[code]
    for beginning, words in _FAMILIES.items():
        if code.startswith(beginning):
            return f"{words}: {code.removeprefix(beginning).replace('_', ' ')}"
    return ""
