"""What pages say in German."""

from typing import Final

from seriatim.areas.content.wording.shape import Words, signals_of, states_of, taps_of

GERMAN: Final = Words(
    name="Deutsch",
    this_pack="diese Packung",
    must_match="Es muss mit Ihrer Packung übereinstimmen",
    look_for="Sehen Sie sich Ihre Packung an",
    story="So kam sie zu Ihnen",
    instructions="So wird sie verwendet",
    recycle="Wohin mit der leeren Packung",
    stored="Was dieser Scan gespeichert hat",
    stored_what="Der Code, die Uhrzeit, unsere Antwort, Art und Sprache des Browsers; Land und ein Quadrat von 25 km, wo bekannt. Kein Name, keine Adresse.",
    checked="Geprüft",
    domain="Sehen Sie in die Adresszeile: Dort muss {domain} stehen. Eine Seite mit anderem Namen ist nicht von uns.",
    no_cookies="Keine Cookies.",
    facts={"product": "Produkt", "lot": "Charge", "expiry": "Haltbar bis", "serial": "Seriennummer"},
    actions={
        "matches": "Alles stimmt überein",
        "differs": "Etwas ist anders",
        "report": "Packung melden",
        "retry": "Noch einmal prüfen",
        "check_code": "Code eintippen",
        "get_help": "Mit uns sprechen",
        "answer": "Drei Fragen beantworten",
    },
    signals=signals_of(
        "Derselbe Code wurde in kurzer Zeit an weit entfernten Orten gescannt.",
        "Mehr Telefone haben diesen Code gescannt, als einer Packung sonst begegnen.",
        "Diese Packung war für ein anderes Land bestimmt.",
    ),
    states=states_of(
        recalled=(
            "Zurückgerufen, nicht verwenden: {product}",
            "Bitte nicht verwenden: {product}.",
            "Der Hersteller nimmt die Packung zurück.",
            ("Halten Sie die Packung geschlossen und von Kindern fern.", "Betroffen sind nur die Packungen des Rückrufs. Dieser Code gehört dazu."),
        ),
        blocked=(
            "Diese Packung sollte nicht im Verkauf sein: {product}",
            "Diese Packung sollte nicht im Verkauf sein.",
            "Der Hersteller hat ihren Code gesperrt. Bitte verwenden Sie sie nicht, bevor Sie mit uns gesprochen haben.",
            ("Sagen Sie uns, wo Sie sie gekauft haben, und heben Sie den Beleg auf.",),
        ),
        expired=(
            "Datum überschritten: {product}",
            "Diese Packung ist über ihr Datum.",
            "Dieser Code ist von uns, für {product}. Bitte fragen Sie nach, bevor Sie sie verwenden.",
            ("Vergleichen Sie das Datum mit dem auf Ihrer Packung.",),
        ),
        not_active=(
            "Noch nicht im Verkauf: {product}",
            "Diese Packung ist noch nicht im Verkauf.",
            "Der Code ist von uns, aber der Hersteller hat die Packung noch nicht freigegeben. Vielleicht kommt die Meldung aus dem Werk nur später.",
            ("Prüfen Sie in einer Stunde noch einmal.", "Wenn Sie sie gekauft haben, sagen Sie uns, wo."),
        ),
        suspicious=(
            "Bei dieser Packung sind wir nicht sicher: {product}",
            "Bei dieser Packung sind wir nicht sicher.",
            "Ihr Code wurde auf eine Art gesehen, die wir nicht erwartet haben. Ihre Packung kann trotzdem in Ordnung sein.",
            ("Wenn Sie unsicher sind, verwenden Sie sie nicht, bevor Sie von uns gehört haben.",),
        ),
        caution=(
            "Bitte genau vergleichen: {product}",
            "Bitte vergleichen Sie Ihre Packung genau.",
            "Etwas an diesem Code verlangt einen zweiten Blick. Ihre Packung kann trotzdem in Ordnung sein.",
            ("Jede Zeile unten muss genau so auf Ihrer Packung stehen.",),
        ),
        unknown=(
            "Diesen Code haben wir nicht vergeben",
            "Diesen Code haben wir nicht vergeben.",
            "Meist ist es ein Tippfehler oder ein zerkratzter Druck.",
            ("Scannen Sie noch einmal bei gutem Licht, oder tippen Sie den Code ab.", "Bleibt es dabei, sagen Sie uns bitte, woher die Packung kommt."),
        ),
        consistent=(
            "Dieser Code ist von uns: {product}",
            "Dieser Code ist von uns.",
            "Wir haben ihn für eine Packung {product} gemacht. Sehen Sie nun, ob es Ihre ist.",
            (),
        ),
        cannot_check=(
            "Wir können gerade nicht prüfen",
            "Wir können diesen Code gerade nicht prüfen.",
            "Unser Dienst antwortet im Moment nicht. Das sagt nichts über Ihre Packung.",
            ("Bitte versuchen Sie es in einer Minute noch einmal.",),
        ),
        product=(
            "{product}",
            "{product}.",
            "Dieser Code nennt das Produkt, nicht Ihre Packung. Der Code einer einzelnen Packung trägt eine Seriennummer.",
            ("Scannen Sie den Code mit der Seriennummer, um Ihre Packung zu prüfen.",),
        ),
    ),
    taps=taps_of(
        verified=("Der Chip hat geantwortet.", "Dieses Antippen ist neu, und es kam von dem Chip, den der Hersteller auf diese Packung gesetzt hat. Es spricht für das Antippen; vergleichen Sie trotzdem die Packung."),
        already_seen=("Dieses Antippen kennen wir schon.", "Das geschieht, wenn eine Seite neu geladen wird. Tippen Sie die Packung noch einmal an, dann gibt es eine neue Antwort."),
        replayed=("Dieses Antippen ist älter als eines, das wir schon gesehen haben.", "Für sich genommen sagt das nichts gegen die Packung. Tippen Sie sie selbst noch einmal an; ein zugeschickter Link zählt nicht."),
        opened=("Der Chip hat geantwortet: Er wurde geöffnet.", "Der Siegeldraht des Chips ist durchtrennt. Wenn Sie die Packung nicht selbst geöffnet haben, verwenden Sie sie nicht, bevor Sie mit uns gesprochen haben."),
        refused=("Dieses Antippen ließ sich nicht prüfen.", "Was ankam, passt nicht zum Chip dieser Packung. Tippen Sie sie noch einmal an; bleibt es so, sagen Sie uns, woher Sie die Packung haben."),
    ),
)  # fmt: skip
