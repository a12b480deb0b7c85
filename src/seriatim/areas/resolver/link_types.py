"""What a link may lead to: the types of the GS1 Web Vocabulary, each with the words a person reads.

>>> link_type("https://ref.gs1.org/voc/pip"), link_type("gs1:instructions"), link_type("gs1:nosuchtype")
('pip', 'instructions', None)
"""

from types import MappingProxyType
from typing import Final

VOCABULARY: Final = "https://gs1.org/voc/"
"""The namespace that linksets are written in."""
SPELLINGS: Final = ("gs1:", VOCABULARY, "https://www.gs1.org/voc/", "https://ref.gs1.org/voc/")
DEFAULT: Final = "defaultLink"
DEFAULT_MULTI: Final = "defaultLinkMulti"

LINK_TYPES: Final = MappingProxyType({
    DEFAULT: "Where a scan leads by itself",
    DEFAULT_MULTI: "Where a scan leads, by language or place",
    "allergenInfo": "Allergens",
    "certificationInfo": "Certificates",
    "consumerHandlingStorageInfo": "Handling and storage",
    "dpp": "Digital product passport",
    "epcis": "Events for partners",
    "epil": "Patient leaflet",
    "eifu": "Instructions for use, electronic",
    "faqs": "Questions and answers",
    "hasRetailers": "Where to buy",
    "homepage": "Company",
    "ingredientsInfo": "Ingredients",
    "instructions": "Instructions",
    "logisticsInfo": "Logistics",
    "loyaltyProgram": "Loyalty programme",
    "masterData": "Master data",
    "nutritionalInfo": "Nutrition",
    "pip": "Product page",
    "promotion": "Promotion",
    "purchaseSuppliesOrAccessories": "Supplies and accessories",
    "quickStartGuide": "Quick start",
    "recallStatus": "Recall status",
    "recipeInfo": "Recipes",
    "registerProduct": "Register",
    "relatedVideo": "Video",
    "review": "Reviews",
    "safetyInfo": "Safety",
    "serviceInfo": "Service",
    "smpc": "Summary of product characteristics",
    "socialMedia": "Social media",
    "support": "Support",
    "sustainabilityInfo": "Sustainability and recycling",
    "traceability": "Traceability",
    "verificationService": "Check this pack",
})  # fmt: skip
"""Those we offer; the vocabulary has more (GS1 Web Vocabulary 1.16)."""


def link_type(text: str) -> str | None:
    """The bare name of a link type in any of its spellings, or None when it is none of those we offer."""
    for spelling in SPELLINGS:
        if text.startswith(spelling):
            name = text[len(spelling) :]
            return name if name in LINK_TYPES else None
    return None
