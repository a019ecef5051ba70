"""The fuzzer finds what it is there to find, and what it has found stays mended."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from leakwatch.bench.fuzz.__main__ import main
from leakwatch.bench.fuzz.apply import CHANGES, bake, lay_out
from leakwatch.bench.fuzz.campaign import pristine, run_campaign
from leakwatch.bench.fuzz.cells import scan
from leakwatch.bench.fuzz.draw import draw_recipe
from leakwatch.bench.fuzz.finds import FINDS
from leakwatch.bench.fuzz.ledger import Known, read_batches, read_shrunk
from leakwatch.bench.fuzz.limits import Limits
from leakwatch.bench.fuzz.recipe import Mutation, Recipe, from_text, to_text
from leakwatch.bench.fuzz.report import BEGIN, END, publish
from leakwatch.bench.fuzz.seeds import FLAVOURS, make_seed
from leakwatch.bench.fuzz.shrink import shrink
from leakwatch.bench.fuzz.structure import find_cell
from leakwatch.bench.fuzz.verdict import Finding, Kind, Told, judge, normalised
from leakwatch.bench.fuzz.watch import FuzzError, try_recipes

# Tight enough to be quick, wide enough for a machine that does other things too.
TIGHT = Limits(cpu_s=1.0, wall_s=8.0, memory_mb=100.0)
FIXED_SEED = 20260101
SOUND = Recipe("explicit")

PLANTED_READERS = """
import logging, os, sys, time, warnings
from leakwatch.bench.fuzz.verdict import Told

held = []

def sound(entries, folder): return Told(1)
def crash(entries, folder): os.abort()
def leave(entries, folder): os._exit(3)
def spin(entries, folder):
    while True: pass
def sleep(entries, folder): time.sleep(1000)
def eat(entries, folder):
    block = bytearray(300_000_000)
    block[::4096] = b"1" * len(block[::4096])
    return Told(1)
def hoard(entries, folder):
    held.append(b"1" * 3_000_000)
    return Told(1)
def refuse_memory(entries, folder): bytearray(10 ** 15)
def trip(entries, folder): raise KeyError("frame")
def leak(entries, folder): return Told(0, (f"{entries[0]}: patient ZZPLANTED^NAME is not welcome",))
def leak_in_error(entries, folder): raise ValueError("ZZPLANTED^NAME")
def leak_in_log(entries, folder):
    logging.getLogger("some.library").warning("saw %s", "ZZPLANTED^NAME")
    return Told(1)
def leak_in_remark(entries, folder): return Told(1, (), ("ZZPLANTED-ID",))
def print_name(entries, folder):
    os.write(2, b"ZZPLANTED^NAME")
    return Told(1)
def warn(entries, folder):
    warnings.warn("mind the gap")
    return Told(1)
def ramble(entries, folder): return Told(0, ("It is broken. Really. " + "x" * 500,))
def break_line(entries, folder): return Told(0, ("it is" + chr(10) + "broken",))
def err(entries, folder): return Told(1, (), (), ("times that do not increase from 0",))
def by_size(entries, folder):
    if entries[0].stat().st_size < 1000: os.abort()
    return Told(1)
"""


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Names of readers with a fault, which children can import."""
    (tmp_path / "planted_readers.py").write_text(PLANTED_READERS, encoding="utf-8")
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, [before])]))
    return lambda name: f"planted_readers:{name}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "kind", "what"),
    [
        ("crash", Kind.CRASH, "SIGABRT"),
        ("leave", Kind.CRASH, "exit code 3"),
        ("spin", Kind.HANG, "1 s of processor time"),
        ("sleep", Kind.HANG, "8 s by the clock"),
        ("eat", Kind.MEMORY, "over 100 MB"),
        ("refuse_memory", Kind.MEMORY, "MemoryError in"),
        ("trip", Kind.EXCEPTION, "KeyError in"),
        ("leak", Kind.LEAK, "FILE: patient PLANTED"),
        ("leak_in_error", Kind.LEAK, "ValueError"),
        ("leak_in_log", Kind.LEAK, "printed: saw PLANTED"),
        ("leak_in_remark", Kind.LEAK, "PLANTED"),
        ("print_name", Kind.LEAK, "a library printed"),
        ("warn", Kind.NOISE, "mind the gap"),
        ("ramble", Kind.MESSAGE, "over 400 characters"),
        ("ramble", Kind.MESSAGE, "more than a sentence"),
        ("break_line", Kind.MESSAGE, "not printable"),
        ("err", Kind.WRONG, "times that do not increase"),
    ],
)
def test_a_planted_fault_is_caught_and_named(planted, fault, kind, what) -> None:
    ((recipe, outcome),) = try_recipes([SOUND], TIGHT, planted(fault))
    assert recipe == SOUND
    assert [finding for finding in outcome.findings if finding.kind is kind and what in finding.what]


def test_a_sound_reader_is_not_accused(planted) -> None:
    outcomes = [outcome for _, outcome in try_recipes([SOUND] * 3, TIGHT, planted("sound"))]
    assert [(outcome.read, outcome.findings) for outcome in outcomes] == [(True, ())] * 3


def test_what_a_batch_leaves_behind_is_noticed(planted) -> None:
    limits = replace(TIGHT, growth_mb=60.0)
    outcomes = [outcome for _, outcome in try_recipes([SOUND] * 90, limits, planted("hoard"))]
    assert [index for index, outcome in enumerate(outcomes) if outcome.findings] == [89]
    assert outcomes[-1].findings[0].kind is Kind.MEMORY


def test_a_crash_is_pinned_on_its_input_and_the_others_go_on(planted) -> None:
    small = Recipe("explicit", (Mutation(0, "cut", "500"),))
    tried = list(try_recipes([SOUND, small, SOUND, small], TIGHT, planted("by_size")))
    assert [recipe for recipe, _ in tried] == [SOUND, small, SOUND, small]
    crashed = (Finding(Kind.CRASH, "SIGABRT"),)
    assert [outcome.findings for _, outcome in tried] == [(), crashed, (), crashed]


def test_a_reader_that_cannot_be_loaded_is_no_finding() -> None:
    with pytest.raises(FuzzError, match="no_such_module"):
        list(try_recipes([SOUND], TIGHT, "no_such_module:read"))


@pytest.mark.slow
def test_a_campaign_records_shrinks_goes_on_and_reports(planted, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        run_campaign(out, 2.0, 5, 1, limits=TIGHT, reader=planted("crash"), batch=12)
    batches = read_batches(out)
    assert [batch.first for batch in batches] == [12 * index for index in range(len(batches))]
    assert len(batches) >= 2
    assert min(batch.tried for batch in batches) >= 1
    (known,) = read_shrunk(out)
    assert known == Known(Finding(Kind.CRASH, "SIGABRT"), Recipe("implicit"))
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    publish(out, page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n`python")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert "| crash | SIGABRT |" in text
    assert main(["--report", str(out)]) == 1
    assert capsys.readouterr().out in text
    with pytest.raises(FuzzError, match="seed 5, not 6"):
        run_campaign(out, 1.0, 6, 1, limits=TIGHT)
    page.write_text("nothing", encoding="utf-8")
    with pytest.raises(FuzzError, match="once each"):
        publish(out, page)


def test_shrinking_leaves_what_is_needed() -> None:
    needed = (Mutation(0, "cut", "5"), Mutation(0, "flip", "1", "2"))
    recipe = Recipe("rle", (needed[0], Mutation(0, "flip", "9", "1"), needed[1], Mutation(0, "cut", "7")))

    def failing(recipes):
        return next((one for one in recipes if set(needed) <= set(one.mutations)), None)

    assert shrink(recipe, failing) == Recipe("rle", needed)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_seeds_are_the_same_every_time_and_their_parts_are_known(flavour: str) -> None:
    seed = make_seed(flavour)
    assert make_seed.__wrapped__(flavour) == seed
    if flavour != "outline":
        assert len(scan(seed.files[0].data)) > 15


def test_every_change_can_happen_and_draws_are_the_same_again() -> None:
    recipes = [draw_recipe(3, index) for index in range(400)]
    assert {mutation.kind for recipe in recipes for mutation in recipe.mutations} == set(CHANGES)
    assert {recipe.flavour for recipe in recipes} == set(FLAVOURS)
    assert recipes[:50] == [draw_recipe(3, index) for index in range(50)]
    assert [from_text(to_text(recipe)) for recipe in recipes] == recipes


def test_changes_do_what_they_say(tmp_path: Path) -> None:
    def changed(kind: str, at: str, value: str = "") -> bytes:
        return bake(Recipe("implicit", (Mutation(0, kind, at, value),))).files[0].data

    assert find_cell(changed("drop", "00280010#0"), "00280010#0") is None
    assert find_cell(changed("name", "00280010#0", "00289999"), "00289999#0") is not None
    twice = [cell for cell in scan(changed("duplicate", "00280010#0", "1")) if cell.name == "00280010"]
    assert len(twice) == 2
    data = changed("number", "00280010#0", "65535")
    cell = find_cell(data, "00280010#0")
    assert cell is not None
    assert data[cell.value_at : cell.end] == b"\xff\xff"
    data = changed("put", "00280008#0", "IS:7")
    assert [data[c.value_at : c.end] for c in scan(data) if c.name == "00280008"] == [b"4 ", b"7"]
    (path,) = lay_out(make_seed("implicit"), tmp_path / "case")
    assert path.read_bytes() == make_seed("implicit").files[0].data


def test_sentences_of_one_class_are_one() -> None:
    first = normalised("/x/case/a.dcm: Rows (0028,0010) is 70000, outside 1 to 65535", "/x/case")
    second = normalised("/x/case/b/c: Rows (0028,0010) is -3, outside 1 to 65535", "/x/case")
    assert first == second == "FILE: Rows (0028,0010) is N, outside N to N"
    assert judge(Told(1, ("FILE is broken",)), "/x").read is False


@pytest.fixture(scope="module")
def outcomes():
    """What becomes of every sound file and of every past find, tried one after the other."""
    recipes = [*map(pristine, FLAVOURS), *(find.recipe for find in FINDS)]
    return dict(zip(map(to_text, recipes), (o for _, o in try_recipes(recipes, Limits())), strict=True))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_sound_files_are_read(outcomes, flavour: str) -> None:
    outcome = outcomes[to_text(pristine(flavour))]
    assert (outcome.read, outcome.classes, outcome.findings) == (True, (), ())


@pytest.mark.parametrize(
    "find",
    [
        pytest.param(
            find,
            id=find.name,
            marks=[pytest.mark.xfail(strict=True, reason=find.still)] if find.still else [],
        )
        for find in FINDS
    ],
)
def test_past_finds_stay_mended(outcomes, find) -> None:
    assert outcomes[to_text(find.recipe)].findings == ()


@pytest.mark.slow
def test_a_short_campaign_finds_nothing_new(outcomes) -> None:
    """About 20 s where nothing else runs; the inputs are the same every time."""
    recipes = [draw_recipe(FIXED_SEED, index) for index in range(700)]
    known = {one for find in FINDS if find.still for one in outcomes[to_text(find.recipe)].findings}
    found = {}
    read = 0
    for recipe, outcome in try_recipes(recipes, Limits()):
        read += outcome.read
        found.update({(one.kind, one.what): to_text(recipe) for one in outcome.findings if one not in known})
    assert json.dumps({f"{kind}: {what}": text for (kind, what), text in found.items()}) == "{}"
    # mutations that break every file, or none, would test nothing
    assert 70 < read < 600
