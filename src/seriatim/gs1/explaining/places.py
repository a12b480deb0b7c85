"""Names for the numbers in codes: countries, the organisations that hand out company prefixes, currencies.

>>> country("422"), country("DE"), issuer("9506000134352"), currency("978")
('Lebanon', 'Germany', 'GS1 Global Office', 'EUR')

A prefix says which GS1 organisation handed the number out, never where the thing was made.
Sources: ISO 3166-1 short names in English, ISO 4217 codes, the list of GS1 prefixes.
"""

from functools import cache

_COUNTRIES = """
AF004 Afghanistan; AL008 Albania; AQ010 Antarctica; DZ012 Algeria; AS016 American Samoa; AD020 Andorra; AO024 Angola
AG028 Antigua and Barbuda; AZ031 Azerbaijan; AR032 Argentina; AU036 Australia; AT040 Austria; BS044 Bahamas; BH048 Bahrain
BD050 Bangladesh; AM051 Armenia; BB052 Barbados; BE056 Belgium; BM060 Bermuda; BT064 Bhutan; BO068 Bolivia
BA070 Bosnia and Herzegovina; BW072 Botswana; BV074 Bouvet Island; BR076 Brazil; BZ084 Belize
IO086 British Indian Ocean Territory; SB090 Solomon Islands; VG092 British Virgin Islands; BN096 Brunei; BG100 Bulgaria
MM104 Myanmar; BI108 Burundi; BY112 Belarus; KH116 Cambodia; CM120 Cameroon; CA124 Canada; CV132 Cabo Verde
KY136 Cayman Islands; CF140 Central African Republic; LK144 Sri Lanka; TD148 Chad; CL152 Chile; CN156 China; TW158 Taiwan
CX162 Christmas Island; CC166 Cocos Islands; CO170 Colombia; KM174 Comoros; YT175 Mayotte; CG178 Congo
CD180 Democratic Republic of the Congo; CK184 Cook Islands; CR188 Costa Rica; HR191 Croatia; CU192 Cuba; CY196 Cyprus
CZ203 Czechia; BJ204 Benin; DK208 Denmark; DM212 Dominica; DO214 Dominican Republic; EC218 Ecuador; SV222 El Salvador
GQ226 Equatorial Guinea; ET231 Ethiopia; ER232 Eritrea; EE233 Estonia; FO234 Faroe Islands; FK238 Falkland Islands
GS239 South Georgia and the South Sandwich Islands; FJ242 Fiji; FI246 Finland; AX248 Åland Islands; FR250 France
GF254 French Guiana; PF258 French Polynesia; TF260 French Southern Territories; DJ262 Djibouti; GA266 Gabon; GE268 Georgia
GM270 Gambia; PS275 Palestine; DE276 Germany; GH288 Ghana; GI292 Gibraltar; KI296 Kiribati; GR300 Greece; GL304 Greenland
GD308 Grenada; GP312 Guadeloupe; GU316 Guam; GT320 Guatemala; GN324 Guinea; GY328 Guyana; HT332 Haiti
HM334 Heard Island and McDonald Islands; VA336 Holy See; HN340 Honduras; HK344 Hong Kong; HU348 Hungary; IS352 Iceland
IN356 India; ID360 Indonesia; IR364 Iran; IQ368 Iraq; IE372 Ireland; IL376 Israel; IT380 Italy; CI384 Côte d'Ivoire
JM388 Jamaica; JP392 Japan; KZ398 Kazakhstan; JO400 Jordan; KE404 Kenya; KP408 North Korea; KR410 South Korea; KW414 Kuwait
KG417 Kyrgyzstan; LA418 Laos; LB422 Lebanon; LS426 Lesotho; LV428 Latvia; LR430 Liberia; LY434 Libya; LI438 Liechtenstein
LT440 Lithuania; LU442 Luxembourg; MO446 Macao; MG450 Madagascar; MW454 Malawi; MY458 Malaysia; MV462 Maldives; ML466 Mali
MT470 Malta; MQ474 Martinique; MR478 Mauritania; MU480 Mauritius; MX484 Mexico; MC492 Monaco; MN496 Mongolia; MD498 Moldova
ME499 Montenegro; MS500 Montserrat; MA504 Morocco; MZ508 Mozambique; OM512 Oman; NA516 Namibia; NR520 Nauru; NP524 Nepal
NL528 Netherlands; CW531 Curaçao; AW533 Aruba; SX534 Sint Maarten; BQ535 Bonaire, Sint Eustatius and Saba
NC540 New Caledonia; VU548 Vanuatu; NZ554 New Zealand; NI558 Nicaragua; NE562 Niger; NG566 Nigeria; NU570 Niue
NF574 Norfolk Island; NO578 Norway; MP580 Northern Mariana Islands; UM581 United States Minor Outlying Islands
FM583 Micronesia; MH584 Marshall Islands; PW585 Palau; PK586 Pakistan; PA591 Panama; PG598 Papua New Guinea; PY600 Paraguay
PE604 Peru; PH608 Philippines; PN612 Pitcairn; PL616 Poland; PT620 Portugal; GW624 Guinea-Bissau; TL626 Timor-Leste
PR630 Puerto Rico; QA634 Qatar; RE638 Réunion; RO642 Romania; RU643 Russia; RW646 Rwanda; BL652 Saint Barthélemy
SH654 Saint Helena, Ascension and Tristan da Cunha; KN659 Saint Kitts and Nevis; AI660 Anguilla; LC662 Saint Lucia
MF663 Saint Martin; PM666 Saint Pierre and Miquelon; VC670 Saint Vincent and the Grenadines; SM674 San Marino
ST678 Sao Tome and Principe; SA682 Saudi Arabia; SN686 Senegal; RS688 Serbia; SC690 Seychelles; SL694 Sierra Leone
SG702 Singapore; SK703 Slovakia; VN704 Viet Nam; SI705 Slovenia; SO706 Somalia; ZA710 South Africa; ZW716 Zimbabwe
ES724 Spain; SS728 South Sudan; SD729 Sudan; EH732 Western Sahara; SR740 Suriname; SJ744 Svalbard and Jan Mayen
SZ748 Eswatini; SE752 Sweden; CH756 Switzerland; SY760 Syria; TJ762 Tajikistan; TH764 Thailand; TG768 Togo; TK772 Tokelau
TO776 Tonga; TT780 Trinidad and Tobago; AE784 United Arab Emirates; TN788 Tunisia; TR792 Türkiye; TM795 Turkmenistan
TC796 Turks and Caicos Islands; TV798 Tuvalu; UG800 Uganda; UA804 Ukraine; MK807 North Macedonia; EG818 Egypt
GB826 United Kingdom; GG831 Guernsey; JE832 Jersey; IM833 Isle of Man; TZ834 Tanzania; US840 United States
VI850 U.S. Virgin Islands; BF854 Burkina Faso; UY858 Uruguay; UZ860 Uzbekistan; VE862 Venezuela; WF876 Wallis and Futuna
WS882 Samoa; YE887 Yemen; ZM894 Zambia
"""

# First and last prefix of three digits, then whose it is.
_ISSUERS = """
000-019 GS1 US; 020-029 -in-house; 030-039 GS1 US; 040-049 -in-house; 050-059 -coupon; 060-139 GS1 US; 200-299 -in-house
300-379 GS1 France; 380-380 GS1 Bulgaria; 383-383 GS1 Slovenia; 385-385 GS1 Croatia; 387-387 GS1 Bosnia and Herzegovina
389-389 GS1 Montenegro; 390-390 GS1 Kosovo; 400-440 GS1 Germany; 450-459 GS1 Japan; 460-469 GS1 Russia
470-470 GS1 Kyrgyzstan; 471-471 GS1 Taiwan; 474-474 GS1 Estonia; 475-475 GS1 Latvia; 476-476 GS1 Azerbaijan
477-477 GS1 Lithuania; 478-478 GS1 Uzbekistan; 479-479 GS1 Sri Lanka; 480-480 GS1 Philippines; 481-481 GS1 Belarus
482-482 GS1 Ukraine; 483-483 GS1 Turkmenistan; 484-484 GS1 Moldova; 485-485 GS1 Armenia; 486-486 GS1 Georgia
487-487 GS1 Kazakhstan; 488-488 GS1 Tajikistan; 489-489 GS1 Hong Kong; 490-499 GS1 Japan; 500-509 GS1 UK
520-521 GS1 Greece; 528-528 GS1 Lebanon; 529-529 GS1 Cyprus; 530-530 GS1 Albania; 531-531 GS1 North Macedonia
535-535 GS1 Malta; 539-539 GS1 Ireland; 540-549 GS1 Belgium and Luxembourg; 560-560 GS1 Portugal; 569-569 GS1 Iceland
570-579 GS1 Denmark; 590-590 GS1 Poland; 594-594 GS1 Romania; 599-599 GS1 Hungary; 600-601 GS1 South Africa
603-603 GS1 Ghana; 604-604 GS1 Senegal; 608-608 GS1 Bahrain; 609-609 GS1 Mauritius; 611-611 GS1 Morocco
613-613 GS1 Algeria; 615-615 GS1 Nigeria; 616-616 GS1 Kenya; 618-618 GS1 Côte d'Ivoire; 619-619 GS1 Tunisia
620-620 GS1 Tanzania; 621-621 GS1 Syria; 622-622 GS1 Egypt; 623-623 GS1 Brunei; 624-624 GS1 Libya; 625-625 GS1 Jordan
626-626 GS1 Iran; 627-627 GS1 Kuwait; 628-628 GS1 Saudi Arabia; 629-629 GS1 UAE; 640-649 GS1 Finland; 690-699 GS1 China
700-709 GS1 Norway; 729-729 GS1 Israel; 730-739 GS1 Sweden; 740-740 GS1 Guatemala; 741-741 GS1 El Salvador
742-742 GS1 Honduras; 743-743 GS1 Nicaragua; 744-744 GS1 Costa Rica; 745-745 GS1 Panama; 746-746 GS1 Dominican Republic
750-750 GS1 Mexico; 754-755 GS1 Canada; 759-759 GS1 Venezuela; 760-769 GS1 Switzerland; 770-771 GS1 Colombia
773-773 GS1 Uruguay; 775-775 GS1 Peru; 777-777 GS1 Bolivia; 778-779 GS1 Argentina; 780-780 GS1 Chile; 784-784 GS1 Paraguay
786-786 GS1 Ecuador; 789-790 GS1 Brazil; 800-839 GS1 Italy; 840-849 GS1 Spain; 850-850 GS1 Cuba; 858-858 GS1 Slovakia
859-859 GS1 Czech Republic; 860-860 GS1 Serbia; 865-865 GS1 Mongolia; 867-867 GS1 North Korea; 868-869 GS1 Türkiye
870-879 GS1 Netherlands; 880-881 GS1 South Korea; 884-884 GS1 Cambodia; 885-885 GS1 Thailand; 888-888 GS1 Singapore
890-890 GS1 India; 893-893 GS1 Vietnam; 896-896 GS1 Pakistan; 899-899 GS1 Indonesia; 900-919 GS1 Austria
930-939 GS1 Australia; 940-949 GS1 New Zealand; 950-950 GS1 Global Office; 951-951 GS1 Global Office
955-955 GS1 Malaysia; 958-958 GS1 Macao; 977-977 -ISSN; 978-979 -ISBN; 980-980 -refund; 981-984 -coupon; 990-999 -coupon
"""

_CURRENCIES = """
AED784 AFN971 ALL008 AMD051 AOA973 ARS032 AUD036 AWG533 AZN944 BAM977 BBD052 BDT050 BGN975 BHD048 BIF108 BMD060 BND096
BOB068 BRL986 BSD044 BTN064 BWP072 BYN933 BZD084 CAD124 CDF976 CHF756 CLP152 CNY156 COP170 CRC188 CUP192 CVE132 CZK203
DJF262 DKK208 DOP214 DZD012 EGP818 ERN232 ETB230 EUR978 FJD242 FKP238 GBP826 GEL981 GHS936 GIP292 GMD270 GNF324 GTQ320
GYD328 HKD344 HNL340 HTG332 HUF348 IDR360 ILS376 INR356 IQD368 IRR364 ISK352 JMD388 JOD400 JPY392 KES404 KGS417 KHR116
KMF174 KPW408 KRW410 KWD414 KYD136 KZT398 LAK418 LBP422 LKR144 LRD430 LSL426 LYD434 MAD504 MDL498 MGA969 MKD807 MMK104
MNT496 MOP446 MRU929 MUR480 MVR462 MWK454 MXN484 MYR458 MZN943 NAD516 NGN566 NIO558 NOK578 NPR524 NZD554 OMR512 PAB590
PEN604 PGK598 PHP608 PKR586 PLN985 PYG600 QAR634 RON946 RSD941 RUB643 RWF646 SAR682 SBD090 SCR690 SDG938 SEK752 SGD702
SHP654 SLE925 SOS706 SRD968 SSP728 STN930 SVC222 SYP760 SZL748 THB764 TJS972 TMT934 TND788 TOP776 TRY949 TTD780 TWD901
TZS834 UAH980 UGX800 USD840 UYU858 UZS860 VED926 VES928 VND704 VUV548 WST882 XAF950 XCD951 XOF952 XPF953 YER886 ZAR710
ZMW967
"""

_SPECIAL = {
    "in-house": "a number range for use inside one company or country",
    "coupon": "a number range for coupons",
    "refund": "a number range for refund receipts",
    "ISSN": "the range of periodicals (ISSN)",
    "ISBN": "the range of books (ISBN)",
}


def country(code: str) -> str:
    """The country of an ISO 3166-1 code, numeric or alpha-2; "" for an unknown one."""
    return _countries().get(code, "")


def currency(number: str) -> str:
    """The letters of an ISO 4217 number; "" for an unknown one."""
    return _currencies().get(number, "")


def issuer(digits: str) -> str:
    """Who handed out a number of 13 digits: a GS1 organisation, or what the range is for; "" when not assigned."""
    found = next((name for first, last, name in _issuers() if first <= digits[:3] <= last), "")
    return _SPECIAL[found[1:]] if found.startswith("-") else found


def _rows(table: str) -> list[str]:
    return [row.strip() for line in table.split("\n") for row in line.split(";") if row.strip()]


@cache
def _countries() -> dict[str, str]:
    names = {}
    for row in _rows(_COUNTRIES):
        codes, _, name = row.partition(" ")
        names[codes[:2]] = names[codes[2:]] = name
    return names


@cache
def _issuers() -> tuple[tuple[str, str, str], ...]:
    return tuple((row[:3], row[4:7], row[8:]) for row in _rows(_ISSUERS))


@cache
def _currencies() -> dict[str, str]:
    return {pair[3:]: pair[:3] for pair in _CURRENCIES.split()}
