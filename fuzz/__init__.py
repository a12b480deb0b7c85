"""Fuzz targets: what strangers can send goes in, and nothing but an answer or the parser's own error may come out.

    python -m fuzz                          all targets, 10,000 inputs each
    python -m fuzz tag pattern --rounds 1000000 --seed 7
    python -m fuzz digital_link --atheris -max_total_time=600    coverage guided, where atheris is installed

The built-in driver needs nothing: it damages good samples at random and grows them out of what it finds. It also names
the slowest input. `tests/fuzz` runs each target for a bounded number of inputs. A new parser gets its target in the module
of its room, and a line in `fuzz.targets`.
"""
