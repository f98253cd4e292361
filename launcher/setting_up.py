"""All that must be there before anything can start; what is there already is left alone."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from . import assets, keys, packages, postgres, system, tools
from .commands import has, stop_commands
from .paths import VAR
from .steps import step


def everything(*, checks: bool = True) -> None:
    """Do every step, what waits for different things side by side; without `checks` only what runs the site."""
    VAR.mkdir(exist_ok=True)
    step("Keys", keys.write_kept)
    with ThreadPoolExecutor() as pool:
        beside = [pool.submit(step, "Pango", system.pango)]
        if has("npm"):
            beside.append(pool.submit(step, "Design system", assets.install))
        try:
            step("uv", tools.install)
            if not has("npm"):
                beside.append(pool.submit(step, "Design system", assets.install))
            step("Python packages", lambda: packages.install(checks=checks))
            beside.append(pool.submit(step, "Seal", keys.write_seal))
            if keys.set_by_hand("DATABASE_URL") is None:
                step("Database", lambda: postgres.prepare(postgres.cluster()))
            finish(beside)
        except BaseException:
            stop_commands()
            raise


def finish(futures: Iterable["Future[None]"]) -> None:
    """Wait for the steps beside; raise the first error."""
    for future in futures:
        future.result()
