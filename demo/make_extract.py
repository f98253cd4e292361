"""Make the extract from the folder of real data: `python -m demo.make_extract FOLDER`."""

import shutil
import sys
from pathlib import Path

from .source import EXTRACT, Amounts, read_folder, write_extract

AMOUNTS = Amounts(named=140, nameless=15, individuals=45, nppes=900)
AS_THEY_ARE = ("utilization_by_state.csv", "utilization_segments.csv")


def main(folder: Path) -> None:
    """Write the extract's files."""
    EXTRACT.mkdir(exist_ok=True)
    for name in AS_THEY_ARE:
        shutil.copyfile(folder / name, EXTRACT / name)
    write_extract(read_folder(folder, AMOUNTS), EXTRACT)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
