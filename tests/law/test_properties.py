"""What holds for every proposal: order and zone change nothing, and knowing less never helps."""

import copy
import random
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eligibility.law.facts import CLINICIAN_TYPES, QP_STATUSES
from tests.factories.proposals import NPIS, Json, answer, proposal

FLAGS = st.none() | st.booleans()
COUNTS = st.none() | st.sampled_from([0, 200, 201])
CHARGES = st.none() | st.sampled_from([0, 90_000, 90_000.01])
SOME_NPIS = st.lists(st.sampled_from([*NPIS[:12], "1234567890", ""]), unique=True, max_size=12)
STATUSES = ("newly_enrolled", "non_patient_facing", "hospital_based", "rural", "hpsa")
FIGURES = {"allowed_charges": CHARGES, "patients": COUNTS, "services": COUNTS}

clinicians = st.fixed_dictionaries(
    {
        "clinician_type": st.none() | st.sampled_from(CLINICIAN_TYPES),
        "qp_status": st.none() | st.sampled_from(QP_STATUSES),
        **dict.fromkeys(STATUSES, FLAGS),
        **FIGURES,
    }
)


@st.composite
def data(draw: st.DrawFn) -> Json | None:
    if draw(st.integers(0, 4)) == 0:
        return None
    shown = [draw(clinicians) | {"npi": npi} for npi in draw(SOME_NPIS)]
    return {**{name: draw(figure) for name, figure in FIGURES.items()}, "clinicians": shown}


practices = st.fixed_dictionaries(
    {
        "name": st.just(""),
        "tin_kind": st.sampled_from(["EIN", "SSN"]),
        "tin": st.sampled_from(["123456", "141234567", "151234567", "001234567"]),
        "npis": SOME_NPIS,
        "executed_on": st.none() | st.sampled_from(["2020-01-01", "2026-11-20", "2027-01-01"]),
        "opt_in_accepted": st.booleans(),
        "claimed_elsewhere": st.booleans(),
        "data": data(),
    }
)
DATES = st.none() | st.sampled_from(["2020-01-01", "2020-01-02"])
entries = st.fixed_dictionaries(
    {"entity_type": st.sampled_from([1, 1, 2, None]), "deactivated_on": DATES, "reactivated_on": DATES}
)
MOMENTS = st.datetimes(datetime(2017, 9, 1), datetime(2032, 2, 1))  # noqa: DTZ001 (a zone is put on below)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@st.composite
def proposals(draw: st.DrawFn) -> Json:
    return proposal(
        performance_year=draw(st.integers(2018, 2032)),
        at=draw(MOMENTS).replace(tzinfo=draw(ZONES)).isoformat(),
        registry=draw(st.dictionaries(st.sampled_from(NPIS[:12]), entries)),
    ) | {"practices": draw(st.lists(practices, max_size=4))}


def outcomes(told: Json) -> list[tuple[str, str]]:
    return [(found["rule"], found["outcome"]) for found in told["findings"]]


def of_practice(told: Json, place: int | None) -> list[Any]:
    return [{**found, "practice": None} for found in told["findings"] if found["practice"] == place]


@given(proposals(), st.randoms())
def test_the_order_of_practices_never_matters(proposed: Json, chance: random.Random) -> None:
    order = list(range(len(proposed["practices"])))
    chance.shuffle(order)
    told = answer(proposed)
    shuffled = answer(proposed | {"practices": [proposed["practices"][place] for place in order]})
    assert (shuffled["outcome"], shuffled["preview"]) == (told["outcome"], told["preview"])
    for place, before in enumerate(order):
        assert of_practice(shuffled, place) == of_practice(told, before)
    assert outcomes({"findings": of_practice(shuffled, None)}) == outcomes({"findings": of_practice(told, None)})


@given(proposals(), st.randoms())
def test_the_order_of_npis_never_matters(proposed: Json, chance: random.Random) -> None:
    shuffled = copy.deepcopy(proposed)
    for practice in shuffled["practices"]:
        chance.shuffle(practice["npis"])
        practice["npis"] += practice["npis"][:1]
        if practice["data"]:
            chance.shuffle(practice["data"]["clinicians"])
    told, told_shuffled = answer(proposed), answer(shuffled)
    assert outcomes(told_shuffled) == outcomes(told)
    assert told_shuffled["preview"] == told["preview"]


@given(proposals(), st.randoms())
def test_knowing_less_never_turns_not_met_into_met(proposed: Json, chance: random.Random) -> None:
    less = copy.deepcopy(proposed)
    for npi in list(less["registry"]):
        if chance.random() < 0.3:
            less["registry"][npi]["entity_type"] = None
        if chance.random() < 0.2:
            del less["registry"][npi]
    for practice in less["practices"]:
        # Data that show nobody stay: without any, the size of the list counts (contracts 1, practice-size).
        if chance.random() < 0.2 and practice["data"] and practice["data"]["clinicians"]:
            practice["data"] = None
        for figures in [practice["data"], *practice["data"]["clinicians"]] if practice["data"] else []:
            for name in (*FIGURES, *STATUSES, "clinician_type", "qp_status"):
                if name in figures and chance.random() < 0.3:
                    figures[name] = None
    for (rule, before), (_, after) in zip(outcomes(answer(proposed)), outcomes(answer(less)), strict=True):
        if rule == "opt-in-accepted" and before == "not_applicable":
            continue
        assert (before, after) not in {("not_met", "met"), ("cannot_tell", "met"), ("cannot_tell", "not_met")}, rule


@given(proposals(), ZONES)
def test_the_zone_of_the_moment_never_matters(proposed: Json, zone: timezone) -> None:
    moved = datetime.fromisoformat(proposed["at"]).astimezone(zone).isoformat()
    assert answer(proposed | {"at": moved}) == answer(proposed)


@given(proposals(), practices)
def test_adding_a_practice_never_makes_anothers_finding_worse(proposed: Json, added: Json) -> None:
    """Whatever is added: an eligible practice is one of those, and a TIN twice is the group's finding."""
    told = answer(proposed)
    more = answer(proposed | {"practices": [*proposed["practices"], added]})
    for place in range(len(proposed["practices"])):
        assert of_practice(more, place) == of_practice(told, place)
