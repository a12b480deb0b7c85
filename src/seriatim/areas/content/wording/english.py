"""What pages say in English."""

from typing import Final

from seriatim.areas.content.wording.shape import Words, signals_of, states_of, taps_of

ENGLISH: Final = Words(
    name="English",
    this_pack="this pack",
    must_match="It must match your pack",
    look_for="Look at your pack",
    story="How it came to you",
    instructions="How to use it",
    recycle="Where the empty pack goes",
    stored="What this scan stored",
    stored_what="The code, the time, our answer, your browser's kind and language; country and a 25 km square where known. No name, no address.",
    checked="Checked",
    domain="Look at your address bar: it must say {domain}. A page with another name is not ours.",
    no_cookies="No cookies.",
    facts={"product": "Product", "lot": "Lot", "expiry": "Best before", "serial": "Serial"},
    actions={
        "matches": "It all matches",
        "differs": "Something is different",
        "report": "Report this pack",
        "retry": "Check again",
        "check_code": "Type the code",
        "get_help": "Talk to us",
        "answer": "Answer three questions",
    },
    signals=signals_of(
        "The same code was scanned in places far apart within a short time.",
        "More phones have scanned this code than one pack usually meets.",
        "This pack was made for another country.",
    ),
    states=states_of(
        recalled=(
            "Recalled, do not use: {product}",
            "Do not use {product}.",
            "The maker is taking it back.",
            ("Keep the pack closed and away from children.", "Only the packs named in the recall are affected. This code is one of them."),
        ),
        blocked=(
            "This pack should not be on sale: {product}",
            "This pack should not be on sale.",
            "The maker has blocked its code. Please do not use it until you have talked to us.",
            ("Tell us where you bought it, and keep the receipt.",),
        ),
        expired=(
            "Past its date: {product}",
            "This pack is past its date.",
            "We made this code for {product}. Do not use it before you have asked.",
            ("Compare the date with the one on your pack.",),
        ),
        not_active=(
            "Not yet on sale: {product}",
            "This pack is not yet on sale.",
            "We issued this code, but the maker has not released the pack. That may simply be late news from the plant.",
            ("Check again in an hour.", "If you bought it, tell us where."),
        ),
        suspicious=(
            "We are not sure about this pack: {product}",
            "We are not sure about this pack.",
            "Its code was seen in ways we did not expect. Your pack may still be fine.",
            ("If you are unsure, do not use it until you have heard from us.",),
        ),
        caution=(
            "Please compare closely: {product}",
            "Please compare your pack closely.",
            "Something about this code needs a second look. Your pack may still be fine.",
            ("Every line below must stand on your pack, exactly.",),
        ),
        unknown=(
            "We did not issue this code",
            "We did not issue this code.",
            "A typing slip or a scratched print is the most common reason.",
            ("Scan again in good light, or type the code as printed.", "If it stays so, please tell us where you got the pack."),
        ),
        consistent=(
            "This code is ours: {product}",
            "This code is ours.",
            "We made it for one pack of {product}. Now see if it is your pack.",
            (),
        ),
        cannot_check=(
            "We cannot check now",
            "We cannot check this code now.",
            "Our service does not answer at the moment. This says nothing about your pack.",
            ("Please try again in a minute.",),
        ),
        product=(
            "{product}",
            "{product}.",
            "This code names the product, not your pack. The code on a single pack carries a serial number.",
            ("Scan the code with the serial number to check your pack.",),
        ),
    ),
    taps=taps_of(
        verified=("The chip answered.", "This tap is new, and it was made by the chip that the maker put on this pack. It speaks for the tap; still compare the pack."),
        already_seen=("This tap was shown before.", "That happens when a page is loaded again. Tap the pack once more for a new answer."),
        replayed=("This tap is older than one we have seen.", "By itself that says nothing against the pack. Tap it again yourself; a link that somebody sent you does not count."),
        opened=("The chip answered: it has been opened.", "The seal wire of the chip is broken. If you did not open the pack yourself, do not use it before you have talked to us."),
        refused=("This tap could not be checked.", "What came does not fit the chip of this pack. Tap it again; if it stays so, tell us where you got the pack."),
    ),
)  # fmt: skip
