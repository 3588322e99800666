"""Formulae are read as R's terms(), mmrm and lme4 read them. Expected terms are R 4.2's."""

from __future__ import annotations

import pytest

from daybreak.core.errors import FormulaError
from daybreak.stats.formula import CovarianceTerm, parse, written


def terms(text: str) -> tuple[bool, list[str]]:
    formula = parse(text)
    return formula.intercept, [term.label for term in formula.fixed]


@pytest.mark.evidence("reference", "R 4.2: attr(terms(f), 'term.labels')")
@pytest.mark.parametrize(
    ("right", "intercept", "labels"),
    [
        ("a + b", True, ["a", "b"]),
        ("a * b", True, ["a", "b", "a:b"]),
        ("a:b + a", True, ["a", "a:b"]),
        ("b:a + a", True, ["a", "b:a"]),
        ("a + b:a", True, ["a", "a:b"]),
        ("a * b * c", True, ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]),
        ("(a + b + c)^2", True, ["a", "b", "c", "a:b", "a:c", "b:c"]),
        ("(a + b)**2", True, ["a", "b", "a:b"]),
        ("(a + b + c)^2 - a:b", True, ["a", "b", "c", "a:c", "b:c"]),
        ("a*b - a", True, ["b", "a:b"]),
        ("a / b", True, ["a", "a:b"]),
        ("(a + b) / c", True, ["a", "b", "a:b:c"]),
        ("a / b / c", True, ["a", "a:b", "a:b:c"]),
        ("a:a + a", True, ["a"]),
        ("0 + a", False, ["a"]),
        ("a - 1", False, ["a"]),
        ("-1 + a", False, ["a"]),
        ("a + 0", False, ["a"]),
        ("a - 0", True, ["a"]),
        ("0 + a + 1", True, ["a"]),
        ("1", True, []),
        ("a + (b + a:b)", True, ["a", "b", "a:b"]),
        ("log(x) + I(x^2) + sqrt(x + 1):a", True, ["log(x)", "I(x^2)", "sqrt(x + 1):a"]),
        ("I( x*2-x / 3 )", True, ["I(x * 2 - x/3)"]),
        ("factor(day) * a", True, ["factor(day)", "a", "factor(day):a"]),
        ("`my x` + b.c_d", True, ["`my x`", "b.c_d"]),
        ("+a + b", True, ["a", "b"]),
    ],
)
def test_terms_come_in_the_order_of_r(right: str, intercept: bool, labels: list[str]) -> None:
    assert terms(f"y ~ {right}") == (intercept, labels)


@pytest.mark.parametrize("kind", ["us", "toep", "toeph", "ar1", "ar1h", "cs", "csh", "ad", "adh"])
def test_a_covariance_names_visit_and_person(kind: str) -> None:
    formula = parse(f"change ~ baseline + arm * visit + {kind}(visit | id)")
    assert formula.covariance == CovarianceTerm(kind, ("visit",), "id", None)
    assert [term.label for term in formula.fixed] == ["baseline", "arm", "visit", "arm:visit"]
    assert formula.variables == ("change", "baseline", "arm", "visit", "id")


def test_a_covariance_may_differ_by_group() -> None:
    term = parse("change ~ us(visit | arm / id) + arm").covariance
    assert term == CovarianceTerm("us", ("visit",), "id", "arm")
    assert term.label == "us(visit | arm/id)"


def test_a_spatial_covariance_takes_coordinates() -> None:
    term = parse("y ~ x + sp_exp(day, hour | id)").covariance
    assert term == CovarianceTerm("sp_exp", ("day", "hour"), "id", None)
    assert term.label == "sp_exp(day, hour | id)"


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("(1 | id)", [(True, (), "id", True)]),
        ("(1 + day | id)", [(True, ("day",), "id", True)]),
        ("(day | id)", [(True, ("day",), "id", True)]),
        ("(0 + day | id)", [(False, ("day",), "id", True)]),
        ("(day || id)", [(True, ("day",), "id", False)]),
        ("(1 | site/id)", [(True, (), "site", True), (True, (), "site:id", True)]),
        ("(1 | site:id)", [(True, (), "site:id", True)]),
        ("(1 | id) + (1 | item)", [(True, (), "id", True), (True, (), "item", True)]),
    ],
)
def test_random_parts_name_effects_and_groups(part: str, told: list[tuple[bool, tuple[str, ...], str, bool]]) -> None:
    formula = parse(f"y ~ arm * day + {part}")
    assert [(one.intercept, one.slopes, one.group, one.correlated) for one in formula.random] == told
    assert [term.label for term in formula.fixed] == ["arm", "day", "arm:day"]


def test_a_random_part_may_stand_first() -> None:
    assert terms("y ~ (1 | id) - 1 + day") == (False, ["day"])
    assert parse("y ~ (1 | id)").variables == ("y", "id")


def test_the_outcome_may_be_worked_out() -> None:
    assert parse("log(madrs + 1) ~ arm").response == "log(madrs + 1)"
    assert parse("madrs - baseline ~ arm").variables == ("madrs", "baseline", "arm")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The formula is empty."),
        ("change + arm", "one ~ between"),
        ("a ~ b ~ c", "one ~ between"),
        ("~ arm", "no outcome before the ~"),
        ("change ~", "The formula breaks off."),
        ("change ~ arm +", "change~arm+: The formula breaks off."),
        ("change ~ arm visit", "change~arm: The formula cannot go on with 'visit'."),
        ("change ~ (arm + visit", "A bracket is not closed."),
        ("change ~ arm)", "The formula cannot go on with ')'. Close each bracket once."),
        ("change ~ * arm", "'*' stands where a variable is due."),
        ("change ~ arm $ visit", "'$' is no part of a formula."),
        ("change ~ .", "Name each variable."),
        ("change ~ 3", "This part is no term of a model."),
        ("change ~ a ^ b", "a^b: This part is no term of a model."),
        ("change ~ a:-b", "This part is no term of a model."),
        ("change ~ poly(day, 2)", "There is no function 'poly'"),
        ("change ~ log(day, 2)", "log() takes one argument."),
        ("change ~ factor(day + 1)", "factor() takes the name of one variable."),
        ("change ~ change + arm", "stands on both sides"),
        ("1 ~ arm", "The outcome names no variable."),
        ("change ~ us(visit)", "names visit and person with a |"),
        ("change ~ un(visit | id)", "There is no covariance 'un'. Known are us, toep"),
        ("change ~ us(visit, day | id)", "Only sp_exp takes several coordinates."),
        ("change ~ us(visit + 1 | id)", "'visit + 1' must be the name of one variable."),
        ("change ~ us(visit | id) + cs(visit | id)", "A model has one covariance term."),
        ("change ~ us(visit | id) + (1 | id)", "do not mix"),
        ("change ~ arm - us(visit | id)", "can be added only"),
        ("change ~ (1, day | id)", "A random part has one |."),
        ("change ~ (0 | id)", "This random part has no effects."),
        ("change ~ (1 | id + site)", "must be the name of one variable"),
        ("change ~ arm * (1 | id)", "This part is no term of a model."),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert said in str(caught.value)
    assert caught.value.code == "formula"
    assert caught.value.remedy


def test_numbers_are_written_without_needless_digits() -> None:
    assert written(parse("I(x * 2.50) ~ a").outcome) == "I(x * 2.5)"
