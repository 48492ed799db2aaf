"""Families: values for every parameter at once, against solves at points; proofs that nobody can bend."""

import copy
import json
import random
from fractions import Fraction as F

import pytest

import dual
import suasion
from dual.functions.varying import fixed
from dual.numbers.exact import number
from persuasion import Concavification, Game, Persuasion, PrivatePersuasion, TwoReceiverPersuasion
from suasion import catalog
from suasion.command import main
from tests.families import numbers, require_agreement, require_most_refused, seeds, spread, with_text
from tests.tampering import leaves
from transport import Transport

FINITE = ("persuasion", "concavification", "game", "two-receiver", "private-persuasion", "transport")


def court():
    return Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])


def random_families(seed):
    rng = random.Random(seed)
    S, A = rng.randint(2, 4), rng.randint(2, 4)
    sender, receiver = numbers(rng, S, A), numbers(rng, S, A)
    base = Persuasion(spread(rng, S), sender, receiver)
    yield rng, base.family("prior", spread(rng, S), spread(rng, S))
    yield rng, base.family("sender", sender, numbers(rng, S, A))
    yield rng, base.family("receiver", receiver, numbers(rng, S, A))
    yield rng, base.family("receiver[0][1]", -5, 5)


@seeds(6, 200)
def test_random_persuasion_problems_agree_with_solves_at_points(seed):
    for rng, family in random_families(seed):
        require_agreement(family, 5 if seed < 6 else 50, rng)


@pytest.mark.parametrize(
    ("prior", "sender", "receiver"),
    [
        # A breakpoint beside a rational root of the same equation; a policy that is refused at the first try.
        (
            ["2/7", "2/7", "5/14", "1/14"],
            [[3, -1, 5, 1], [3, 3, 1, 4], [-1, -2, 5, -5], [4, -5, 3, -4]],
            [
                ["-3 - t", "-3 + 5*t", "-2 + 2*t", "5 - 5*t"],
                ["-4 + 3*t", "-4 + 4*t", "3 - 2*t", "-5 + 6*t"],
                ["4 - t", "4 - 3*t", "-2 + 5*t", "-3*t"],
                ["-4 + 6*t", "2 - t", "-2 + 3*t", "-5 + 9*t"],
            ],
        ),
        (
            ["1/3", 0, "1/3", "1/3"],
            [[-5, 3, 3], [2, -5, -1], [-4, -2, 2], [0, 1, 2]],
            [
                ["5 - 5*t", "-1 + 3*t", "-2 - 3*t"],
                ["2 - t", "-1 + 4*t", "2 + t"],
                ["5 - 7*t", "-3 - t", "-3 + 2*t"],
                [-1, "-5*t", "2 - 3*t"],
            ],
        ),
    ],
)
def test_breakpoints_beside_other_roots(prior, sender, receiver):
    parameter = {"name": "t", "from": 0, "to": 1}
    fields = {"prior": prior, "sender": sender, "receiver": receiver}
    require_agreement(suasion.load({"kind": "persuasion", "parameter": parameter, **fields}), 12, random.Random(0))


def of_other_kinds(rng):
    beliefs = [[1, 0], [0, 1], *(spread(rng, 2) for _ in range(5))]
    moved = [[1, 0], [0, 1], *(spread(rng, 2) for _ in range(5))]
    values = numbers(rng, 7)
    listed = Concavification(prior=["1/2", "1/2"], beliefs=beliefs, values=values)
    grid = [0, "1/4", "1/2", "3/4", 1]
    pair = TwoReceiverPersuasion(
        prior="3/10",
        grid={"x": grid, "y": grid},
        utility={"l": numbers(rng, 5, 5), "h": "x*y - abs(x - y)"},
    )
    tables = {"l": numbers(rng, 5, 5), "h": numbers(rng, 5, 5)}
    tabled = pair.replace(utility=tables)
    payoffs = numbers(rng, 2, 2, 2, 2)
    game = Game(prior=["1/3", "2/3"], payoffs=payoffs)
    private = PrivatePersuasion(
        prior=["1/3", "2/3"],
        receivers=[{"payoff": numbers(rng, 2, 2)}, {"payoff": numbers(rng, 2, 2)}],
        sender=numbers(rng, 2, 2, 2),
    )
    thirds = [[1, 0], ["1/2", "1/2"], [0, 1]]
    held = PrivatePersuasion(prior=["1/3", "2/3"], grids=[thirds, thirds], utility=numbers(rng, 2, 3, 3))
    roads = Transport(source=[2, 1, 3], target=[1, 5], gain=numbers(rng, 3, 2))
    return (
        listed.family("prior", 0, 1),
        listed.family("values", values, numbers(rng, 7)),
        listed.family("beliefs", beliefs, moved),
        pair.family("prior", 0, 1),
        tabled.family("grid.x[1]", "1/10", "2/5"),
        tabled.family("utility.l", tables["l"], numbers(rng, 5, 5)),
        game.family("prior", 0, 1),
        game.family("payoffs", payoffs, numbers(rng, 2, 2, 2, 2)),
        private.family("prior", 0, 1),
        private.family("receivers[0].payoff", numbers(rng, 2, 2), numbers(rng, 2, 2)),
        held.family("prior", 0, 1),
        roads.family("source", [2, 1, 3], [1, 2, 3]),
        roads.family("gain[0][0]", -5, 5),
    )


@seeds(2, 20)
def test_other_linear_kinds_agree_with_solves_at_points(seed):
    rng = random.Random(seed)
    for family in of_other_kinds(rng):
        require_agreement(family, 3 if seed < 2 else 20, rng)


@seeds(2, 20)
def test_a_changed_number_of_a_persuasion_proves_nothing_false(seed):
    families = [family for _, family in random_families(seed)]
    require_most_refused(families, random.Random(seed), few=10, most=10 if seed < 2 else None, share=F(1, 3))


@seeds(1, 6)
def test_a_changed_number_of_other_linear_kinds_proves_nothing_false(seed):
    rng = random.Random(seed)
    require_most_refused(of_other_kinds(rng), rng, few=3, most=3 if seed < 1 else None, share=0)


def prior_segments():
    first = set()
    for slug in catalog.slugs():
        instance = catalog.entry(slug).instance
        if instance["kind"] in FINITE and "prior" in instance and "value" not in instance:
            if instance.get("domain") == "square" or instance.get("types") == "elicited":
                continue
            quick = instance["kind"] not in first and len(json.dumps(instance, default=str)) < 900
            first |= {instance["kind"]} if quick else set()
            yield pytest.param(slug, marks=() if quick else pytest.mark.slow)


@pytest.mark.parametrize("slug", list(prior_segments()))
def test_the_prior_of_every_finite_entry_along_a_segment(slug):
    """From the entry's prior half of the way to each certainty."""
    problem = suasion.load(slug)
    prior = problem.document()["prior"]
    if not isinstance(prior, list):
        segments = [(F(prior), F(prior) / 2), (F(prior), (F(prior) + 1) / 2)]
        families = [problem.family("prior", min(pair), max(pair)) for pair in segments]
    else:
        start = [F(mass) for mass in prior]
        ends = [[(mass + (s == k)) / 2 for s, mass in enumerate(start)] for k in range(len(start))]
        families = [problem.family("prior", start, end) for end in ends[:4] if end != start]
    for family in families:
        solution = family.solve()
        middle = (family.parameter.start + family.parameter.end) / 2
        for t in (family.parameter.start, middle, family.parameter.end):
            alone = family.at(t).solve()
            if alone.grade == "infeasible":
                assert solution.value(t) == "infeasible"
                continue
            assert solution.lower(t) <= alone.upper
            assert alone.lower <= solution.upper(t)
            if alone.grade == solution.grade == "exact":
                assert solution.value(t) == alone.lower
        # Along a segment of priors the value of one receiver is concave.
        if family.kind in ("persuasion", "concavification"):
            t = [family.parameter.start + (family.parameter.end - family.parameter.start) * F(k, 8) for k in range(9)]
            worth = [solution.value(one) for one in t]
            assert all(2 * b >= a + c for a, b, c in zip(worth, worth[1:], worth[2:], strict=False))


@pytest.mark.parametrize("slug", catalog.families())
def test_reference_families_have_the_known_formula(slug):
    entry = catalog.family(slug)
    family = suasion.load(slug)
    assert entry.instance["name"]
    assert entry.instance["source"]
    solution = family.solve()
    assert solution.grade == "exact"
    assert [(str(case.start), str(case.end)) for case in solution.cases] == [case[:2] for case in entry.cases]
    for start, end, text in entry.cases:
        for k in range(5):
            t = F(start) + (F(end) - F(start)) * F(k, 4)
            with fixed(family.parameter.name, t):
                assert solution.value(t) == number(text)


def test_policies_and_whole_solutions_at_a_value():
    solution = court().family("prior", [1, 0], [0, 1]).solve()
    assert [signal.joint for signal in solution.policy("3/10").signals] == [(F(2, 5), 0), (F(3, 10), F(3, 10))]
    alone = solution.at("3/10")
    assert alone.grade == "exact"
    assert alone.value == 0.6
    assert solution.breakpoints == (F(1, 2),)
    assert len(solution.table().rows) == 2
    with pytest.raises(suasion.InputError, match="outside"):
        solution.value(2)


def test_an_irrational_breakpoint_is_a_root():
    """Two listed posteriors whose chords cross where t^2 = 1/2: worth t^2 and 1/2 at the prior itself."""
    family = suasion.load(
        {
            "kind": "persuasion",
            "parameter": {"name": "t", "from": 0, "to": 1},
            "prior": [1],
            "sender": [["t**2", "1/2"]],
            "receiver": [[0, 0]],
        }
    )
    solution = family.solve()
    (root,) = solution.breakpoints
    assert float(root) == pytest.approx(0.5**0.5, abs=1e-15)
    assert solution.grade == "exact"
    document = solution.document()
    assert dual.verify(document).accepted
    place = next(piece for piece in document["pieces"] if isinstance(piece["to"], dict))
    place["to"]["root"] = "2*t**2 - 99/100"
    assert not dual.verify(document).accepted
    assert "ldots" in solution.latex()


def test_multipliers_with_a_pole_leave_the_end_to_another_piece():
    """A judge who must be paid for obedience ever more as t falls: obedience cannot be bought at t = 0.

    Conviction is bought by shares of the guilty, one of them for t of the innocent: half and t halves. At 0 the judge
    does not mind, below he never convicts.
    """
    rng = random.Random(0)
    problem = Persuasion(["1/2", "1/2"], sender=[[0, 1], [0, 1]], receiver=[[0, -1], [0, 1]])
    solution = require_agreement(problem.family("receiver[1][1]", -1, 1), 20, rng)
    assert [solution.value(t) for t in (-1, "-1/9", 0, "1/9", 1)] == [0, 0, F(1, 2), F(5, 9), 1]


@pytest.mark.parametrize("field", [("prior", [1, 0], [0, 1]), ("receiver[1][1]", "1/4", 4)])
@pytest.mark.parametrize("change", ["({}) + 1/97", "({}) - 1/97", "({}) + t*(1-t)/89"])
def test_every_coefficient_counts(field, change):
    """A changed number is refused, or all that is claimed is proven all the same."""
    solution = court().family(*field).solve()
    document = json.loads(json.dumps(solution.document()))
    refused = total = 0
    for path, text in leaves(document["pieces"]):
        if path[-1] == "grade":
            continue
        verdict = dual.verify(with_text(document, path, change.format(text)))
        total += 1
        refused += not verdict.accepted
        if path[1] in ("from", "to"):
            assert not verdict.accepted
        elif verdict.accepted:
            # A claim that is weaker than the proof, or a multiplier of an inequality that does not bind.
            assert path[1] in ("dual", "lower", "upper")
            for piece in verdict.pieces:
                for k in range(1, 8):
                    t = F(piece.start) + (F(piece.end) - F(piece.start)) * F(k, 8)
                    low, high = (b.at(t) if hasattr(b, "at") else b for b in (piece.lower, piece.upper))
                    assert low <= solution.value(t) <= high
    assert refused > total * 0.6


def test_a_hole_an_overlap_and_a_grade_are_refused():
    solution = court().family("prior", [1, 0], [0, 1]).solve()
    document = json.loads(json.dumps(solution.document()))

    def bent(change):
        found = copy.deepcopy(document)
        change(found)
        return str(dual.verify(found))

    assert "begins at" in bent(lambda d: d["pieces"][1].update({"from": "51/100"}))
    assert "begins at" in bent(lambda d: d["pieces"][1].update({"from": "49/100"}))
    assert "do not reach" in bent(lambda d: d["pieces"].pop())
    assert "neither" in bent(lambda d: [d["pieces"][0].update(open=["to"]), d["pieces"][1].update(open=["from"])])
    assert "belongs to no piece" in bent(lambda d: d["pieces"][0].update(open=["from"]))
    assert "grade" in bent(lambda d: d.update(grade="bounded"))
    assert "unknown field" in bent(lambda d: d["pieces"][0].update(extra=1))
    # Stretched beyond the region where it holds, a formula is refused with a parameter where it fails.
    message = bent(
        lambda d: [d["pieces"].pop(), d["pieces"][0].update({"to": "1"})],
    )
    assert "pieces[0]: at t = " in message


def test_a_solution_answers_its_own_instance_only(tmp_path):
    family = court().family("prior", [1, 0], [0, 1])
    solution = family.solve()
    assert dual.verify(solution, family).accepted
    assert not dual.verify(solution, court()).accepted
    assert not dual.verify(solution, court().family("prior", [1, 0], ["1/10", "9/10"])).accepted
    solution.save(tmp_path / "solution.json")
    family.save(tmp_path / "family.json")
    again = suasion.load_solution(tmp_path / "solution.json")
    assert again.formula() == solution.formula()
    assert suasion.load(tmp_path / "family.json").document() == family.document()
    assert main(["verify", str(tmp_path / "solution.json"), "--instance", str(tmp_path / "family.json")]) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parameter": {"name": "t", "from": 1, "to": 0}}, "parameter.to"),
        ({"parameter": {"name": "and", "from": 0, "to": 1}}, "parameter.name"),
        ({"parameter": {"name": "t", "from": 0}}, "parameter.to: the field is missing"),
        ({"parameter": 3}, "parameter"),
        ({"parameter": {"name": "t", "from": 0, "to": 2}}, r"prior\[0\]: -1/2 is negative.*at t = 3/2"),
        ({"prior": ["1 - t", "t/2"]}, "prior: the entries sum to"),
        ({"prior": ["1 - t", "s"]}, r"prior\[1\]: 's' is not a number"),
        ({"sender": [[0, "abs(t)"], [0, 1]]}, r"sender\[0\]\[1\].*rational function"),
        ({"sender": [[0, "1/t"], [0, 1]]}, r"sender\[0\]\[1\].*vanishes"),
    ],
)
def test_wrong_families_are_named_in_one_line(change, message):
    document = {
        "kind": "persuasion",
        "parameter": {"name": "t", "from": 0, "to": 1},
        "prior": ["1 - t", "t"],
        "sender": [[0, 1], [0, 1]],
        "receiver": [[1, 0], [0, 1]],
    }
    with pytest.raises(suasion.InputError, match=message) as error:
        suasion.load({**document, **change})
    assert "\n" not in str(error.value)


def test_kinds_that_are_no_linear_programs_refuse():
    square = TwoReceiverPersuasion(prior="1/2", utility={"l": "x*y", "h": "x*y"}, domain="square")
    with pytest.raises(suasion.InputError, match="proven from a guess"):
        square.family("prior", 0, 1).solve()
    with pytest.raises(suasion.InputError, match=r"utility\.l: a utility of a family"):
        square.replace(utility={"l": "exp(x*y)", "h": "x"}).family("prior", 0, 1)
    with pytest.raises(suasion.InputError, match="no families"):
        suasion.load("gentzkow-kamenica-2014-prosecutor-quadratic").family("prior", 0, 1)
    with pytest.raises(suasion.InputError, match="no such parameter"):
        court().family("recever[0][0]", 0, 1)
    with pytest.raises(suasion.InputError, match="unknown for families"):
        court().family("prior", 0, 1).solve("simplex")


@pytest.mark.parametrize(
    "slug", [slug for slug in catalog.slugs() if catalog.entry(slug).instance["kind"] not in FINITE]
)
def test_every_other_kind_refuses_in_one_line(slug):
    """Whatever its readers make of an expression in a parameter."""
    document = suasion.load(slug).document()
    field = next(name for name in ("values", "prior", "sender", "types", "law", *document) if name in document)
    document[field] = "t"
    with pytest.raises(suasion.InputError) as error:
        suasion.load({**document, "parameter": {"name": "t", "from": 0, "to": 1}})
    assert "\n" not in str(error.value)


def test_no_time_leaves_the_interval_unproven_and_says_so():
    solution = court().family("prior", 0, 1).solve(time_limit=0)
    assert solution.grade == "unproven"
    assert solution.solver["stopped"] == "time limit"
    assert solution.value("1/2") is None
    assert solution.verify().accepted


def test_pictures_tables_and_the_command(tmp_path, capsys):
    slug = "kamenica-gentzkow-2011-prosecutor-every-judge"
    file = tmp_path / "s.json"
    assert main(["solve", slug, "-o", str(file)]) == 0
    assert "3/10 + 3/10*t" in capsys.readouterr().out
    assert main(["verify", str(file)]) == 0
    assert "on [7/3, 4]" in capsys.readouterr().out
    assert main(["plot", str(file), "-o", str(tmp_path / "s.png")]) == 0
    assert (tmp_path / "s.png").stat().st_size > 1000
    axes = suasion.load(slug).solve().plot()
    kinks = [line for line in axes.lines if line.get_linestyle() == "None"]
    assert [tuple(line.get_xdata()) for line in kinks] == [(float(F(7, 3)),)]
    assert main(["catalog", slug]) == 0
