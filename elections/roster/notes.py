"""What is said of a list that was read: what was not taken as it stood, each with its lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field

NO_SHEET = ""


@dataclass(slots=True)
class Notes:
    """What there is to say, in the order in which it was met; the same of several lines is said once."""

    sheet: str = NO_SHEET
    _lines: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def say(self, what: str, line: int | None = None) -> None:
        """Say this of a line of the sheet that is being read, or of the whole list."""
        lines = self._lines.setdefault((self.sheet, what), [])
        if line is not None and line not in lines[-1:]:
            lines.append(line)

    @property
    def sentences(self) -> list[str]:
        """All that there is to say."""
        return [_sentence(sheet, what, lines) for (sheet, what), lines in self._lines.items()]


def _sentence(sheet: str, what: str, lines: Sequence[int]) -> str:
    where = [f"sheet “{sheet}”"] if sheet else []
    if lines:
        where.append(f"{'line' if len(lines) == 1 else 'lines'} {in_words(lines)}")
    text = ", ".join(where)
    return f"{text[:1].upper()}{text[1:]}: {what}" if text else f"{what[:1].upper()}{what[1:]}"


def in_words(numbers: Sequence[int]) -> str:
    """Return ascending numbers as people read them: "2, 4 to 9 and 12"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [part for run in runs for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
