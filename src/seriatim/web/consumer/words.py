"""What the page itself says around the answer, in every language we speak."""
# ruff: noqa: RUF001 -- French is written with the typographic apostrophe

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from seriatim.areas.content import Language


@dataclass(frozen=True, slots=True)
class DoorWords:
    """The page's own words in one language."""

    language: str
    do_this: str
    why: str
    next: str
    read: str
    help: str
    help_words: str
    questions: tuple[str, str, str]
    matches_words: str
    type_title: str
    type_serial: str
    type_code: str
    type_verb: str
    checked_with: str
    preview: str
    day: str
    months: tuple[str, ...]


ENGLISH: Final = DoorWords(
    language="Language",
    do_this="What to do",
    why="Why we ask",
    next="What you can do",
    read="This is what we read",
    help="Report or ask",
    help_words="Keep the pack and the receipt. Talk to the shop where you bought it, or to the maker, whose "
    "address is printed on the pack. They will ask:",
    questions=(
        "Does your pack show exactly what stands here?",
        "Where did you buy it: shop and town, or website?",
        "When?",
    ),
    matches_words="Good: your pack says what we printed. If anything else seems odd, tell us.",
    type_title="Type the code",
    type_serial="Serial, as printed",
    type_code="Code, as printed",
    type_verb="Check this code",
    checked_with="Look for (21) on the pack: the serial follows it.",
    preview="Open this page to check the pack.",
    day="{day} {month} {year}",
    months=("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December"),
)  # fmt: skip

GERMAN: Final = DoorWords(
    language="Sprache",
    do_this="Was zu tun ist",
    why="Warum wir fragen",
    next="Was Sie tun können",
    read="Das haben wir gelesen",
    help="Melden oder fragen",
    help_words="Heben Sie Packung und Beleg auf. Sprechen Sie mit dem Geschäft, in dem Sie gekauft haben, oder mit "
    "dem Hersteller, dessen Anschrift auf der Packung steht. Man wird Sie fragen:",
    questions=(
        "Steht auf Ihrer Packung genau das, was hier steht?",
        "Wo haben Sie gekauft: Geschäft und Ort, oder Website?",
        "Wann?",
    ),
    matches_words="Gut: Auf Ihrer Packung steht, was wir gedruckt haben. Wenn sonst etwas auffällt, sagen Sie es uns.",
    type_title="Code eintippen",
    type_serial="Seriennummer, wie gedruckt",
    type_code="Code, wie gedruckt",
    type_verb="Diesen Code prüfen",
    checked_with="Suchen Sie (21) auf der Packung: Danach steht die Seriennummer.",
    preview="Öffnen Sie diese Seite, um die Packung zu prüfen.",
    day="{day}. {month} {year}",
    months=("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
            "November", "Dezember"),
)  # fmt: skip

FRENCH: Final = DoorWords(
    language="Langue",
    do_this="Que faire",
    why="Pourquoi nous demandons",
    next="Ce que vous pouvez faire",
    read="Voici ce que nous avons lu",
    help="Signaler ou demander",
    help_words="Gardez l’emballage et le ticket. Parlez au magasin où vous l’avez acheté, ou au fabricant, dont "
    "l’adresse est imprimée sur l’emballage. On vous demandera :",
    questions=(
        "Votre emballage montre-t-il exactement ce qui est écrit ici ?",
        "Où l’avez-vous acheté : magasin et ville, ou site ?",
        "Quand ?",
    ),
    matches_words="Bien : votre emballage dit ce que nous avons imprimé. Si autre chose vous étonne, dites-le-nous.",
    type_title="Saisir le code",
    type_serial="Numéro de série, comme imprimé",
    type_code="Code, comme imprimé",
    type_verb="Vérifier ce code",
    checked_with="Cherchez (21) sur l’emballage : le numéro de série suit.",
    preview="Ouvrez cette page pour vérifier l’emballage.",
    day="{day} {month} {year}",
    months=("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
            "novembre", "décembre"),
)  # fmt: skip

PORTUGUESE: Final = DoorWords(
    language="Língua",
    do_this="O que fazer",
    why="Porque perguntamos",
    next="O que pode fazer",
    read="Isto é o que lemos",
    help="Comunicar ou perguntar",
    help_words="Guarde a embalagem e o talão. Fale com a loja onde a comprou, ou com o fabricante, cuja morada está "
    "impressa na embalagem. Vão perguntar-lhe:",
    questions=(
        "A sua embalagem mostra exatamente o que está aqui?",
        "Onde a comprou: loja e cidade, ou site?",
        "Quando?",
    ),
    matches_words="Muito bem: a sua embalagem diz o que imprimimos. Se mais alguma coisa lhe parecer estranha, diga-nos.",
    type_title="Escrever o código",
    type_serial="Número de série, como impresso",
    type_code="Código, como impresso",
    type_verb="Verificar este código",
    checked_with="Procure (21) na embalagem: o número de série vem a seguir.",
    preview="Abra esta página para verificar a embalagem.",
    day="{day} de {month} de {year}",
    months=("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
            "novembro", "dezembro"),
)  # fmt: skip

DOOR_WORDS: Final[Mapping[Language, DoorWords]] = {
    "en": ENGLISH, "de": GERMAN, "fr": FRENCH, "pt": PORTUGUESE,
}  # fmt: skip
