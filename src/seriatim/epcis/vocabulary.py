"""The words of the trade: business steps, dispositions, document types, reasons, measurements.

The Core Business Vocabulary (CBV 2.0) gives each word three spellings. The bare word is ours inside and in JSON;
the URN and the Web URI are understood wherever a word is read:

>>> BIZ_STEP.find("shipping")
'shipping'
>>> BIZ_STEP.find("urn:epcglobal:cbv:bizstep:shipping")
'shipping'
>>> BIZ_STEP.find("https://ref.gs1.org/cbv/BizStep-shipping")
'shipping'
>>> BIZ_STEP.find("teleporting") is None
True
>>> BIZ_STEP.web_uri("shipping")
'https://ref.gs1.org/cbv/BizStep-shipping'
"""

from dataclasses import dataclass, field

CBV_WEB = "https://ref.gs1.org/cbv/"
GS1_WEB = "https://gs1.org/voc/"
_CBV_TERRITORY = (
    CBV_WEB,
    "urn:epcglobal:cbv:",
    "cbv:",
    "http://ref.gs1.org/cbv/",
    "https://ns.gs1.org/cbv/",
    "http://ns.gs1.org/cbv/",
)
_GS1_TERRITORY = (
    GS1_WEB,
    "gs1:",
    "https://www.gs1.org/voc/",
    "http://gs1.org/voc/",
    "http://www.gs1.org/voc/",
)


@dataclass(frozen=True, slots=True)
class WordList:
    """One closed list of words and the ways each may be written."""

    name: str
    """How the field is called in messages."""
    prefix: str
    """Web URI of a word = prefix + word."""
    aliases: tuple[str, ...]
    """Other prefixes under which the same word is known; the first is the canonical URN if there is one."""
    territory: tuple[str, ...]
    """Beginnings of URIs that belong to the keeper of the list: under them only its own words can be meant."""
    words: frozenset[str]
    _known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for word in self.words:
            self._known[word] = word
            for prefix in (self.prefix, *self.aliases):
                self._known[prefix + word] = word

    def find(self, text: str) -> str | None:
        """The bare word for any of its spellings; None when the list does not have it."""
        return self._known.get(text)

    def claims(self, text: str) -> bool:
        """True for a URI that only the keeper of the list may give a meaning."""
        return text.startswith(self.territory)

    def web_uri(self, value: str) -> str:
        """The Web URI of a bare word; any other value is a URI already and comes back unchanged."""
        return self.prefix + value if value in self.words else value

    def urn(self, value: str) -> str:
        """The URN of a bare word, the Web URI where the list has no URNs; any other value comes back unchanged."""
        if value not in self.words:
            return value
        return (self.aliases[0] if self.aliases[0].startswith("urn:") else self.prefix) + value


def _cbv(name: str, web: str, urn: str, words: str) -> WordList:
    aliases: tuple[str, ...] = (
        f"urn:epcglobal:cbv:{urn}:",
        f"cbv:{web}-",
        f"https://ns.gs1.org/cbv/{web}-",
        f"http://ns.gs1.org/cbv/{web}-",
        f"http://ref.gs1.org/cbv/{web}-",
    )
    if web == "BizStep":  # misspelt in a published example of GS1
        aliases += (f"{CBV_WEB}Bizstep-",)
    return WordList(name, f"{CBV_WEB}{web}-", aliases, _CBV_TERRITORY, frozenset(words.split()))


def _gs1(name: str, words: str) -> WordList:
    return WordList(
        name,
        GS1_WEB,
        _GS1_TERRITORY[1:],
        _GS1_TERRITORY,
        frozenset(words.split()),
    )


BIZ_STEP = _cbv(
    "bizStep",
    "BizStep",
    "bizstep",
    """
    commissioning encoding creating_class_instance decommissioning destroying killing
    packing unpacking assembling disassembling installing removing replacing repackaging repairing
    picking loading unloading staging_outbound shipping void_shipping departing transporting arriving receiving
    accepting consigning entering_exiting
    storing stocking stock_taking cycle_counting holding reserving collecting
    inspecting sampling sensor_reporting
    retail_selling dispensing other
    """,
)
DISPOSITION = _cbv(
    "disposition",
    "Disp",
    "disp",
    """
    active inactive encoded in_progress in_transit reserved available unavailable
    sellable_accessible sellable_not_accessible non_sellable_other retail_sold returned
    dispensed partially_dispensed recalled expired damaged destroyed disposed stolen unknown
    container_open container_closed needs_replacement
    conformant non_conformant no_pedigree_match
    completeness_verified completeness_inferred mismatch_instance mismatch_class mismatch_quantity
    """,
)
BIZ_TRANSACTION_TYPE = _cbv(
    "bizTransaction type",
    "BTT",
    "btt",
    "po poc inv desadv recadv bol rma prodorder cert pedigree testprd testres upevt",
)
SOURCE_DEST_TYPE = _cbv("source or destination type", "SDT", "sdt", "owning_party possessing_party location")
ERROR_REASON = _cbv("error reason", "ER", "er", "did_not_occur incorrect_data")
COMPONENT = _cbv(
    "component",
    "Comp",
    "comp",
    """
    x y z latitude longitude altitude easting northing elevation_angle
    axial_distance azimuth height spherical_radius polar_angle
    """,
)
SENSOR_ALERT = _gs1("exception", "ALARM_CONDITION ERROR_CONDITION")
MEASUREMENT_TYPE = _gs1(
    "measurement type",
    """
    Temperature RelativeHumidity AbsoluteHumidity Pressure Illuminance Luminance LuminousFlux LuminousIntensity
    Length Altitude Area Volume Angle SolidAngle Speed Acceleration AngularVelocity AngularAcceleration
    Time Frequency Wavenumber Count Dimensionless MemoryCapacity
    Mass Density SurfaceDensity SpecificVolume MassConcentration MassFlowRate MassPerAreaTime
    VolumeFlowRate VolumeFraction VolumetricFlux
    Force Torque LinearMomentum AngularMomentum Energy Power SurfaceTension DynamicViscosity KinematicViscosity
    AmountOfSubstance AmountOfSubstancePerUnitVolume MolalityOfSolute MolarEnergy MolarMass MolarVolume
    ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Voltage Resistance Resistivity
    Conductance Conductivity Capacitance Inductance MagneticFlux MagneticFluxDensity MagneticVectorPotential
    AbsorbedDose AbsorbedDoseRate DoseEquivalent DoseEquivalentRate Exposure Radioactivity
    Irradiance RadiantFlux RadiantIntensity
    """,
)

ACTIONS = frozenset({"ADD", "OBSERVE", "DELETE"})
EVENT_TYPES = (
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
)
