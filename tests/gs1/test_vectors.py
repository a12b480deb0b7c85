"""The published vectors are used in full: which file is read by which test, how many rows it has, what is left out.

Left out, named where it happens, because the source of the vectors is wrong (it computes with rounded numbers):

- `dl_compression_v1_dev`: https://id.gs1.org/00/626626264084204400 (test_compression);
- `tds_oracle_dev`: GDTI-113 with serial 19773047063811850 (epc/test_tagging).

Compared otherwise than letter by letter: URNs after percent-decoding, because that source also escapes brackets; one
misspelt name of a finding (test_linters); marks of the engine, which counts bytes where we count characters
(test_oracle); raw data, in which the engine keeps superfluous separators and we never write one (test_oracle).
"""

from pathlib import Path
from typing import Any

import pytest

ROWS = {
    "syntax_oracle_dev": 6000,
    "tds_oracle_dev": 1590,
    "linters_dev": 2835,
    "dl_compression_v1_dev": 379,
    "dl_parse": 118,
    "dl_generate": 22,
    "ai_associations": 77,
    "ai_linters": 99,
    "ai_parse_bracketed": 27,
    "ai_process_raw": 79,
    "scan_process": 54,
    "scan_generate": 45,
    "uri_escape": 10,
    "uri_unescape": 21,
}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_file_of_vectors_has_all_its_rows_and_a_test_that_reads_it(name: str, vectors: Any) -> None:
    readers = [
        path.name
        for path in Path(__file__).parent.rglob("test_*.py")
        if path.name != Path(__file__).name and f'"{name}"' in path.read_text(encoding="utf-8")
    ]

    assert len(vectors(name)) >= ROWS[name]
    assert readers != []
