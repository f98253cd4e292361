"""All that must be there before anything can start; what is there already is left alone."""

from . import assets, keys, packages, postgres, system, tools
from .commands import has, side_by_side
from .paths import VAR
from .steps import step


def everything(*, checks: bool = True) -> None:
    """Do every step, what waits for different things side by side; without `checks` only what runs the site."""
    VAR.mkdir(exist_ok=True)
    step("Keys", keys.write_kept)
    with side_by_side() as pool:
        beside = [pool.submit(step, "Pango", system.pango)]
        if has("npm"):
            beside.append(pool.submit(design_system))
        step("uv", tools.install)
        if not has("npm"):
            beside.append(pool.submit(design_system))
        step("Python packages", lambda: packages.install(checks=checks))
        beside.append(pool.submit(step, "Seal", keys.write_seal))
        if keys.set_by_hand("DATABASE_URL") is None:
            step("Database", lambda: postgres.prepare(postgres.cluster()))
        for each in beside:
            each.result()


def design_system() -> None:
    """Have the design system, and of it what pages use."""
    step("Design system", assets.install)
    step("Style sheets", assets.build)
