"""Progress bars on a terminal, none in a pipe."""

from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

WORDS: Final = {
    "database": "Opening the database",
    "master data": "Products, partners, places",
    "print": "Serials leased, labels printed",
    "labels": "Labels",
    "inspect": "Filmed, read, judged",
    "pack": "Packed in cases, on pallets",
    "ship": "Shipped and received",
    "scan": "Scanned by consumers",
    "recall": "One lot recalled",
}
"""What each step is called; a step that is not here is called as it is."""


class Bars:
    """One bar for each step, made when the step first reports; `bars(step, done, total)`."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("  {task.description:<32}"),
            BarColumn(bar_width=32, complete_style="cyan", finished_style="cyan"),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, tuple[TaskID, int]] = {}
        self._earlier: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """A step that begins anew (a second order) continues its bar: its total grows."""
        earlier = self._earlier.get(step, 0)
        if step not in self._tasks:
            self._tasks[step] = (self._progress.add_task(WORDS.get(step, step), total=total), total)
        task, last_total = self._tasks[step]
        if total != last_total and done <= total:
            finished = self._progress.tasks[self._progress.task_ids.index(task)].completed
            earlier = int(finished) if finished >= earlier + last_total else earlier
            self._earlier[step] = earlier
            self._tasks[step] = (task, total)
        self._progress.update(task, completed=earlier + done, total=earlier + total)
