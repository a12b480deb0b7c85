"""Prints the longest files and functions: a mirror to look into, not a gate."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"


def main() -> None:
    files, functions = [], []
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        files.append((text.count("\n") + 1, path.relative_to(SOURCE)))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                functions.append((length, f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}"))
    for title, rows in (("files", files), ("functions", functions)):
        print(f"The longest {title}")
        for lines, name in sorted(rows, reverse=True, key=lambda row: row[0])[:10]:
            print(f"  {lines:>5}  {name}")


if __name__ == "__main__":
    main()
