"""What pages say in French."""
# ruff: noqa: RUF001 -- French is written with the typographic apostrophe

from typing import Final

from seriatim.areas.content.wording.shape import Words, signals_of, states_of, taps_of

FRENCH: Final = Words(
    name="Français",
    this_pack="ce produit",
    must_match="Tout doit correspondre à votre emballage",
    look_for="Regardez votre emballage",
    story="Son chemin jusqu’à vous",
    instructions="Comment l’utiliser",
    recycle="Où jeter l’emballage vide",
    stored="Ce que ce scan a enregistré",
    stored_what="Le code, l’heure, notre réponse, le type et la langue du navigateur ; le pays et un carré de 25 km s’ils sont connus. Ni nom, ni adresse.",
    checked="Vérifié",
    domain="Regardez la barre d’adresse : elle doit indiquer {domain}. Une page d’un autre nom n’est pas à nous.",
    no_cookies="Pas de cookies.",
    facts={"product": "Produit", "lot": "Lot", "expiry": "À consommer avant", "serial": "Numéro de série"},
    actions={
        "matches": "Tout correspond",
        "differs": "Quelque chose est différent",
        "report": "Signaler ce produit",
        "retry": "Vérifier à nouveau",
        "check_code": "Saisir le code",
        "get_help": "Nous parler",
        "answer": "Répondre à trois questions",
    },
    signals=signals_of(
        "Le même code a été scanné dans des lieux très éloignés en peu de temps.",
        "Plus de téléphones ont scanné ce code qu’un seul emballage n’en rencontre d’habitude.",
        "Ce produit était destiné à un autre pays.",
    ),
    states=states_of(
        recalled=(
            "Rappelé, ne pas utiliser : {product}",
            "N’utilisez pas {product}.",
            "Le fabricant reprend ce produit.",
            ("Gardez l’emballage fermé et hors de portée des enfants.", "Seuls les produits nommés dans le rappel sont concernés. Ce code en fait partie."),
        ),
        blocked=(
            "Ce produit ne devrait pas être en vente : {product}",
            "Ce produit ne devrait pas être en vente.",
            "Le fabricant a bloqué son code. Ne l’utilisez pas avant de nous avoir parlé.",
            ("Dites-nous où vous l’avez acheté et gardez le ticket.",),
        ),
        expired=(
            "Date dépassée : {product}",
            "La date de ce produit est dépassée.",
            "Ce code est à nous, pour {product}. Demandez conseil avant de l’utiliser.",
            ("Comparez la date avec celle de votre emballage.",),
        ),
        not_active=(
            "Pas encore en vente : {product}",
            "Ce produit n’est pas encore en vente.",
            "Ce code est à nous, mais le fabricant n’a pas encore libéré le produit. La nouvelle de l’usine est peut-être en retard.",
            ("Vérifiez à nouveau dans une heure.", "Si vous l’avez acheté, dites-nous où."),
        ),
        suspicious=(
            "Nous avons un doute sur ce produit : {product}",
            "Nous avons un doute sur ce produit.",
            "Son code a été vu d’une manière inattendue. Votre produit peut être en ordre malgré tout.",
            ("En cas de doute, ne l’utilisez pas avant notre réponse.",),
        ),
        caution=(
            "Comparez bien : {product}",
            "Comparez bien votre emballage.",
            "Quelque chose dans ce code demande un second regard. Votre produit peut être en ordre malgré tout.",
            ("Chaque ligne ci-dessous doit figurer exactement sur votre emballage.",),
        ),
        unknown=(
            "Nous n’avons pas émis ce code",
            "Nous n’avons pas émis ce code.",
            "Le plus souvent, c’est une faute de frappe ou une impression rayée.",
            ("Scannez encore une fois à la lumière, ou saisissez le code imprimé.", "Si rien ne change, dites-nous d’où vient le produit."),
        ),
        consistent=(
            "Ce code est à nous : {product}",
            "Ce code est à nous.",
            "Nous l’avons fait pour un seul {product}. Voyez maintenant si c’est le vôtre.",
            (),
        ),
        cannot_check=(
            "Vérification impossible pour le moment",
            "Nous ne pouvons pas vérifier ce code maintenant.",
            "Notre service ne répond pas en ce moment. Cela ne dit rien de votre produit.",
            ("Réessayez dans une minute.",),
        ),
        product=(
            "{product}",
            "{product}.",
            "Ce code désigne le produit, pas votre emballage. Le code d’un seul emballage porte un numéro de série.",
            ("Scannez le code avec le numéro de série pour vérifier votre emballage.",),
        ),
    ),
    taps=taps_of(
        verified=("La puce a répondu.", "Ce contact est nouveau, et il vient de la puce que le fabricant a posée sur cet emballage. Il parle pour le contact ; comparez quand même l’emballage."),
        already_seen=("Ce contact a déjà été montré.", "Cela arrive quand une page est rechargée. Touchez l’emballage encore une fois pour une nouvelle réponse."),
        replayed=("Ce contact est plus ancien qu’un autre que nous avons vu.", "En soi, cela ne dit rien contre l’emballage. Touchez-le vous-même encore une fois ; un lien que l’on vous a envoyé ne compte pas."),
        opened=("La puce a répondu : elle a été ouverte.", "Le fil de scellé de la puce est rompu. Si vous n’avez pas ouvert l’emballage vous-même, ne l’utilisez pas avant de nous avoir parlé."),
        refused=("Ce contact n’a pas pu être vérifié.", "Ce qui est arrivé ne correspond pas à la puce de cet emballage. Touchez-le encore une fois ; si rien ne change, dites-nous d’où il vient."),
    ),
)  # fmt: skip
