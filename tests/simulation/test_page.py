"""The design page's server over real HTTP: who may ask, what is answered, and that its numbers are those of `power`."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from threading import Thread
from typing import Any

import numpy as np
import pytest

from daybreak.content.studies import study_text
from daybreak.core.errors import StudyFileError
from daybreak.core.study import StudyFile, read_study
from daybreak.simulation.design import Design, design_of
from daybreak.simulation.page.methods import methods_of
from daybreak.simulation.page.planner import Planner
from daybreak.simulation.page.powers import Point, numbers_around
from daybreak.simulation.page.saving import saved_text
from daybreak.simulation.page.server import LARGEST, PageServer
from daybreak.simulation.page.wish import wish_of
from daybreak.simulation.power import Order, Runner, rows_of
from daybreak.simulation.run import Workers
from daybreak.simulation.tally import Df, tally_block
from tests.simulation.made_up import EVERYTHING

TEXT = study_text("ketamine-training")
FILE = read_study(TEXT, "ketamine-training.toml")
SEED = 5
ORDER = Order(FILE, TEXT, 256, SEED)


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    with PageServer(Planner(ORDER, "ketamine-training.toml")) as made:
        Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def ask(server: PageServer, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str, Any]:
    """Return status, headers as text, and body; JSON is read."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=300)
    sent = body if isinstance(body, str) else None if body is None else json.dumps(body)
    kind = {"Content-Type": "application/json"} if method == "POST" else {}
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, sent, {**kind, **told})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    is_json = answer.headers.get_content_type() == "application/json"
    return answer.status, str(answer.headers), json.loads(text) if is_json else text


def lines(server: PageServer, wish: dict[str, Any], until: int) -> list[dict[str, Any]]:
    """Return what is streamed for a wish, up to so many answers, and go away then."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=300)
    connection.request("POST", "/power", json.dumps(wish), {"Content-Type": "application/json"})
    answer, found = connection.getresponse(), []
    assert answer.status == 200
    for line in answer:
        found.append(json.loads(line))
        if sum("n" in one for one in found) == until:
            break
    connection.close()
    return found


def test_another_host_name_is_refused(server: PageServer) -> None:
    assert ask(server, "GET", "/")[0] == 200
    assert ask(server, "GET", "/", Host=f"localhost:{server.server_port}")[0] == 200
    for host in ("evil.example", f"evil.example:{server.server_port}", "127.0.0.1:1", ""):
        assert ask(server, "GET", "/study", Host=host)[0] == 403
        assert ask(server, "POST", "/save", {}, Host=host)[0] == 403


def test_only_its_own_page_may_ask(server: PageServer) -> None:
    assert ask(server, "POST", "/save", {}, Origin="https://evil.example")[0] == 403
    assert ask(server, "POST", "/save", {}, Origin="null")[0] == 403
    assert ask(server, "POST", "/save", {}, Origin=server.url.rstrip("/"))[0] == 200
    assert ask(server, "POST", "/save", {}, Content_Type="text/plain")[0] == 415
    assert ask(server, "POST", "/save", " " * (LARGEST + 1))[0] == 413
    assert ask(server, "POST", "/save", "{")[0] == 400
    assert ask(server, "GET", "/save")[0] == 404
    assert ask(server, "GET", "/../server.py")[0] == 404


def test_every_answer_forbids_what_the_page_does_not_need(server: PageServer) -> None:
    for path in ("/", "/page.js", "/study", "/nothing"):
        headers = ask(server, "GET", path)[1]
        assert "default-src 'none'; script-src 'self'" in headers
        assert "unsafe" not in headers
        assert "nosniff" in headers
    page = ask(server, "GET", "/")[2]
    assert "style=" not in page
    assert "onclick" not in page
    for part in ("page.css", "page.js", "controls.js", "charts.js", "words.js", "mark.svg", "atkinson-bold.ttf"):
        connection = HTTPConnection("127.0.0.1", server.server_port)
        connection.request("GET", f"/{part}")
        assert connection.getresponse().status == 200
        connection.close()


@pytest.mark.parametrize(
    ("wish", "where"),
    [
        ({"n": 2}, "n"),
        ({"n": 154.5}, "n"),
        ({"n": 1_000_000}, "n"),
        ({"n": "many"}, "n"),
        ({"alpha": 0}, "alpha"),
        ({"effect": True}, "effect"),
        ({"effect": 1000}, "effect"),
        ({"dropout": 900}, "dropout"),
        ({"dropout": -1}, "dropout"),
        ({"fade": 1.5}, "fade"),
        ({"dose": 0.99}, "dose"),
        ({"ratio": [1, 1]}, "ratio"),
        ({"ratio": [0, 1, 1]}, "ratio"),
        ({"ratio": "1:1:1"}, "ratio"),
        ({"spoon": 1}, "spoon"),
        ([1], "page"),
    ],
)
def test_what_cannot_be_is_told_beside_its_control(server: PageServer, wish: Any, where: str) -> None:
    for path in ("/power", "/example", "/save"):
        status, _, told = ask(server, "POST", path, wish)
        assert (status, told["where"]) == (422, where)
        assert told["sentence"].endswith(".")
    assert ask(server, "POST", "/power", '{"effect": NaN}')[0] == 422


def test_the_curve_has_the_digits_of_power(server: PageServer) -> None:
    wish = {"n": 90, "effect": 0.8, "dropout": 2.0, "ratio": [2, 1, 1]}
    order = Order(FILE, TEXT, 1024, SEED, changes={"effect": 0.8, "dropout": 2.0, "ratio": (2, 1, 1)})
    numbers = numbers_around(90, order)
    told = lines(server, wish, until=2 * len(numbers))
    points = [one for one in told if "n" in one]
    assert [one["n"] for one in points] == [*numbers, *numbers]
    assert points[0]["n"] == 90
    with Workers(1) as workers:
        for point in points[len(numbers) : len(numbers) + 2]:
            found = Runner(order, workers).at(point["n"])
            assert found is not None
            assert point["trials"] == 1024
            assert [row["power"] for row in point["rows"]] == [row.power for row in found.rows]
            assert [row["mean_estimate"] for row in point["rows"]] == [row.mean_estimate for row in found.rows]


def test_a_page_that_goes_away_ends_its_run(server: PageServer) -> None:
    def made() -> int:
        return sum(len(blocks) for blocks in server.planner.powers._known.values())

    before = made()
    assert len(lines(server, {"n": 300}, until=1)) == 2
    counts = [before, made()]
    while counts[-1] != counts[-2]:
        time.sleep(1)
        counts.append(made())
    assert 0 < counts[-1] - before < 7


def test_a_design_is_told_in_people_and_losses(server: PageServer) -> None:
    told = lines(server, {"n": 160, "dropout": 2.0, "ratio": [2, 1, 1]}, until=1)[0]
    assert [arm["people"] for arm in told["design"]["arms"]] == [80, 40, 40]
    assert told["design"]["arms"][1]["lost"] == 0
    assert told["design"]["arms"][0]["lost"] == pytest.approx(1 - (1 - 2 * (1 - 0.981**0.2)) ** 5)


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger"])
def test_an_example_is_one_of_the_studies_that_are_counted(df: Df) -> None:
    order = replace(ORDER, ddf=df)
    planner = Planner(order, "mine.toml")
    planner.warm()
    design, model = order.at(60)
    for number in (0, 3):
        told = planner.example({"n": 60, "study": number})
        marks = [tally_block(order.task(design, model), 0, take).patterns for take in (number, number + 1) if take]
        before = marks[0] if number else {}
        (mark,) = [one for one, count in marks[-1].items() if count != before.get(one, 0)]
        assert [answer["found"] for answer in told["answers"]] == [bool(mark >> place & 1) for place in range(4)]
        assert sum(arm["n"] for arm in told["arms"]) == 60
        assert len(told["means"]) == 15
        assert all(one["low"] < one["mean"] < one["high"] for one in told["means"])


CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "people": {"n": 210},
    "ratio": {"ratio": [3, 2, 1]},
    "dropout": {"dropout": 4.5},
    "effect": {"effect": 0.7},
    "no effect": {"effect": 0},
    "fade": {"fade": 0.5},
    "dose": {"dose": 0.6},
    "whole dose": {"dose": 1},
    "no dose": {"dose": 0},
    "all": {"n": 99, "ratio": [1, 1, 2], "dropout": 0.5, "effect": 1.3, "fade": 0.25, "dose": 0.7},
}
COURSES = """
[assumptions.course.ketamine-training]
baseline = 32.8
change = -13.0
[assumptions.course.ketamine-sham]
baseline = 32.8
change = -13.0
drift = 4.0
[assumptions.fade.ketamine-training]
into = "ketamine-sham"
begin = 5
end = 30
[assumptions.means]
saline-training = [32.8, 26.6, 26.2, 25.5, 24.5, 23.6]
[assumptions.hazards]
ketamine-training = [0.02, 0.01, 0.01, 0.0, 0.03]
[assumptions.dropout]
saline-training = 0.06
"""


def otherwise_written() -> str:
    """Return the shipped file with courses, a fade, hazards, and a dose that the means belong to."""
    head, _, rest = TEXT.partition("[assumptions.means]")
    tail = rest[rest.index("[assumptions.adherence]") :]
    spread = tail.replace("[assumptions.dose.spread]", "[assumptions.dose]\nof_means = 0.8\n[assumptions.dose.spread]")
    return head + COURSES.lstrip() + spread


def same(one: Design, other: Design) -> bool:
    arrays = [
        (one.means, other.means), (one.covariance, other.covariance), (one.leaving.hazards, other.leaving.hazards),
        (one.doses.mean, other.doses.mean), (one.doses.spread, other.doses.spread),
        (one.doses.effect, other.doses.effect),
    ]  # fmt: skip
    enrolling = (one.enrolling.ratios, one.enrolling.rules.method) == (
        other.enrolling.ratios, other.enrolling.rules.method,
    )  # fmt: skip
    blocks = one.enrolling.rules.method != "permuted-blocks" or one.enrolling.block_sizes == other.enrolling.block_sizes
    return enrolling and blocks and all(np.allclose(a, b, rtol=1e-10, atol=1e-10) for a, b in arrays)


@pytest.mark.parametrize(
    "written", [TEXT, otherwise_written(), study_text("two-by-two")], ids=["means", "course", "2x2"]
)
@pytest.mark.parametrize("name", CHANGES)
def test_a_saved_file_reads_back_to_the_same_design(name: str, written: str) -> None:
    file = read_study(written, "mine.toml")
    told = dict(CHANGES[name])
    if "ratio" in told and len(file.arms) == 4:
        told["ratio"] = [*told["ratio"], 2]
    wish = wish_of(file, told)
    made = saved_text(file, written, wish)
    back: StudyFile = read_study(made, "saved.toml")
    assert same(design_of(back, wish.n), design_of(file, wish.n, **wish.changes))
    assert back.study.target == wish.n
    kept = [line for line in written.splitlines() if line.startswith("#")]
    assert set(kept) <= set(made.splitlines())
    if name == "nothing":
        assert made == written


def test_a_file_that_cannot_say_it_is_refused_in_a_sentence() -> None:
    with pytest.raises(StudyFileError, match="ends of the scale"):
        saved_text(FILE, TEXT, wish_of(FILE, {"effect": 20}))


def test_the_saved_file_comes_over_http(server: PageServer) -> None:
    status, _, text = ask(server, "POST", "/save", {"n": 200, "dose": 0.6})
    assert status == 200
    assert tomllib.loads(text)["study"]["target"] == 200
    assert tomllib.loads(text)["assumptions"]["adherence"]["saline-training"] == 0.6


def test_the_methods_paragraph_tells_everything_that_is_assumed() -> None:
    order = Order(EVERYTHING, "", 1, SEED, visits=("average",), ddf="kenward-roger")
    wish = wish_of(EVERYTHING, {"n": 40})
    design, model = order.at(40)
    tally = tally_block(order.task(design, model), 0, 8)
    point = Point(40, 8, tuple(rows_of(40, tally, model, None)), finished=True)
    text = methods_of(order, wish, point, 0, "all.toml")
    for words in (
        f"{design.means[0, 1:].mean():.1f} (ketamine-training)",
        f"a difference of {model.truth[0]:.2f} among people of one baseline",
        "and 9 (saline-training) on average over the visits",
        "for people at their arm's mean",
        "rise by 0.05 a point of the last value seen and by 0.1 a point",
        "with a chance of up to 10 %",
        "baseline of 22 or more",
        "3 sites differ with a standard deviation of 1.5",
        "noise with a standard deviation of 1.2",
        "with Kenward and Roger's degrees of freedom (the analysis itself is planned with Kenward and Roger's (linear",
        "--visit average --ddf kenward-roger",
    ):
        assert words in text


def test_the_methods_paragraph_holds_the_numbers_of_a_finished_run(server: PageServer) -> None:
    wish = {"n": 30, "alpha": 0.01, "dropout": 2.0}
    status, _, told = ask(server, "POST", "/methods", {"wish": {**wish, "effect": 0.123}, "question": 0})
    assert (status, told["where"]) == (422, "methods")
    last = lines(server, wish, until=10_000)[-1]
    assert (last["n"], last["trials"], last["finished"]) == (30, 20_000, True)
    text = ask(server, "POST", "/methods", {"wish": wish, "question": 1})[2]["text"]
    row = last["rows"][1]
    for words in (
        "30 people, allocated 1:1:1 in permuted blocks",
        "ketamine-training against saline-training, Day 30",
        "two-sided level of 0.01",
        "with Kenward and Roger's (linear form) degrees of freedom.",
        "means of 20.0 (ketamine-training) and 23.6 (saline-training) at Day 30, a difference of -3.60",
        "5.3 at the baseline and 9.5 at Day 30, and a correlation of 0.31",
        "3.8 % (ketamine-training), 0.0 % (ketamine-sham) and 11.5 % (saline-training) have left",
        "from 0 to 60 in steps of 1",
        "baseline of 25 or more",
        "0.90 with a standard deviation of 0.12 (saline-training; a whole dose against none moves the last visit by",
        f"Of 20,000 simulated studies (seed {SEED}) {100 * row['power']:.1f} % found a difference",
        f"limits {100 * row['low']:.1f} to {100 * row['high']:.1f} %",
        "daybreak power ketamine-training.toml --n 30 --trials 20000 --seed 5 --assume dropout=2 --alpha 0.01",
    ):
        assert words in text
