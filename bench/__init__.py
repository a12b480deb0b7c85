"""Benchmarks: how fast what exists today is, in figures. Not tests: nothing here fails because a machine is slow.

    seriatim bench                 everything, a table beside the goals; in a pipe one JSON line for each figure
    seriatim bench gs1 serials     only these
    seriatim bench --quick         small sizes, to see that it runs

Each room has a module with a function `measure(sizes)` that yields figures, and asks only public functions.
"""
