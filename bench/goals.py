"""What the figures are meant to reach: two cores, with client, server and database on the same machine."""

from collections.abc import Mapping
from typing import Final

GOALS: Final[Mapping[str, float]] = {
    "gs1.element_string": 150_000,
    "gs1.digital_link": 150_000,
    "gs1.write_digital_link": 150_000,
    "gs1.sgtin96_encode": 500_000,
    "gs1.sgtin96_decode": 500_000,
    "gs1.compress": 50_000,
    "gs1.decompress": 100_000,
    "gs1.import": 60,
    "gs1.invalid_values_accepted": 0,
    "serials.make": 3_000_000,
    "serials.was_it_issued": 60,
    "symbols.label_zpl": 3_500,
    "symbols.label_pdf": 8_000,
    "symbols.read_p50": 1.0,
    "symbols.synth_frames": 150,
    "epcis.loads": 30_000,
    "epcis.hash": 20_000,
    "log.seal": 5.0,
    "log.verify": 5.0,
    "capture.commissioning": 150_000,
    "capture.documents": 8_000,
    "capture.documents_http": 8_000,
    "capture.large_events": 50_000,
    "capture.single_events_http": 1_000,
    "history.item_and_events_p95": 0.3,
    "history.unit_http_p95": 5.0,
    "history.contents_of_pallet_p50": 10.0,
    "history.root_of_unit_p50": 0.2,
    "history.holders_of_lot_p50": 2_200,
    "resolve.redirect": 8_000,
    "resolve.redirect_p99_at_half_load": 5.0,
    "resolve.json_one_read": 5_000,
    "resolve.consumer_page_p95": 20.0,
    "resolve.consumer_page_bytes": 14 * 1024,
    "protection.replay": 50_000,
    "demo.pilot": 60,
}
"""Figure to goal; a figure that is not here has none. Each of the history at 10 million units."""
