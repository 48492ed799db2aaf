"""VIPR files, re-checked by a small reader that shares nothing with what wrote them."""

import math
import re
from fractions import Fraction as F
from random import Random

import pytest

import suasion
from suasion import LinearProgram
from suasion.command import main
from tests.transport.linear_program.programs import known
from tests.transport.linear_program.test_problem import in_other_columns, integer_program


class Reader:
    """VIPR 1.0 by its specification: every derivation is checked, and what the file claims is returned."""

    def __init__(self, text):
        self.words = re.sub(r"^%.*$", "", text, flags=re.MULTILINE).split()
        self.at = 0
        self.constraints = []  # (coefficients, sense, side, assumptions)

    def next(self, expected=None):
        word = self.words[self.at]
        self.at += 1
        assert expected is None or word == expected, f"{word} where {expected} should be"
        return word

    def sparse(self):
        return {int(self.next()): F(self.next()) for _ in range(int(self.next()))}

    def constraint(self):
        self.next()
        sense, side = self.next(), F(self.next())
        if self.words[self.at] == "OBJ":
            self.next()
            return dict(self.objective), sense, side
        return {k: a for k, a in self.sparse().items() if a}, sense, side

    def check(self):
        self.next("VER"), self.next("1.0"), self.next("VAR")
        self.count = int(self.next())
        names = [self.next() for _ in range(self.count)]
        assert len(set(names)) == self.count
        self.next("INT")
        self.integers = {int(self.next()) for _ in range(int(self.next()))}
        self.next("OBJ")
        self.goal = self.next()
        self.objective = {k: c for k, c in self.sparse().items() if c}
        self.next("CON")
        total, bounds = int(self.next()), int(self.next())
        for k in range(total):
            stated = self.constraint()
            assert k >= bounds or len(stated[0]) == 1
            self.constraints.append((*stated, frozenset()))
        self.next("RTP")
        claim = self.next()
        low, high = (self.next(), self.next()) if claim == "range" else (None, None)
        self.next("SOL")
        best = [self.solution() for _ in range(int(self.next()))]
        self.next("DER")
        for _ in range(int(self.next())):
            self.derivation()
        assert self.at == len(self.words)
        return self.concluded(claim, low, high, best)

    def solution(self):
        self.next()
        x = self.sparse()
        for entries, sense, side, _ in self.constraints:
            left = sum((a * x.get(k, 0) for k, a in entries.items()), F(0))
            assert {"L": left <= side, "G": left >= side, "E": left == side}[sense]
        assert all(x.get(k, F(0)).denominator == 1 for k in self.integers)
        return sum((c * x.get(k, 0) for k, c in self.objective.items()), F(0))

    def derivation(self):
        entries, sense, side = self.constraint()
        self.next("{")
        reason = self.next()
        if reason == "asm":
            assumptions = frozenset([len(self.constraints)])
        elif reason == "uns":
            first, low, second, high = (int(self.next()) for _ in range(4))
            for k in (first, second):
                assert dominates(self.constraints[k], (entries, sense, side))
            below, above = self.constraints[low], self.constraints[high]
            if below[1] == "G":
                below, above = above, below
            assert (below[1], above[1]) == ("L", "G")
            assert below[0] == above[0]
            assert above[2] == below[2] + 1
            assert below[2].denominator == 1
            assert all(k in self.integers and a.denominator == 1 for k, a in below[0].items())
            assumptions = (self.constraints[first][3] - {low}) | (self.constraints[second][3] - {high})
        else:
            assert reason in ("lin", "rnd")
            weights = self.sparse()
            assert all(k < len(self.constraints) for k in weights)
            combined = self.combination(weights)
            if reason == "rnd":
                assert all(k in self.integers and a.denominator == 1 for k, a in combined[0].items())
                assert combined[1] in ("L", "G")
                rounded = math.floor(combined[2]) if combined[1] == "L" else math.ceil(combined[2])
                combined = combined[0], combined[1], F(rounded)
            assert dominates(combined, (entries, sense, side))
            assumptions = frozenset().union(*(self.constraints[k][3] for k in weights))
        self.next("}")
        self.next()
        self.constraints.append((entries, sense, side, assumptions))

    def combination(self, weights):
        signs = {
            w * {"G": 1, "E": 0, "L": -1}[self.constraints[k][1]] > 0
            for k, w in weights.items()
            if w and self.constraints[k][1] != "E"
        }
        assert len(signs) <= 1
        sense = "E" if not signs else "G" if signs.pop() else "L"
        entries, side = {}, F(0)
        for k, weight in weights.items():
            own, _, right, _ = self.constraints[k]
            side += weight * right
            for j, a in own.items():
                entries[j] = entries.get(j, F(0)) + weight * a
        return {j: a for j, a in entries.items() if a}, sense, side

    def concluded(self, claim, low, high, best):
        entries, sense, side, assumptions = self.constraints[-1]
        wanted = {"infeas": ({}, "L", F(-1))}.get(claim)
        if claim == "infeas":
            assert not assumptions
            assert false((entries, sense, side))
            return "infeasible"
        attained, bound = (low, high) if self.goal == "max" else (high, low)
        if bound not in ("inf", "-inf"):
            assert not assumptions
            wanted = self.objective, "L" if self.goal == "max" else "G", F(bound)
            assert dominates((entries, sense, side), wanted)
        if attained not in ("inf", "-inf"):
            assert any(value >= F(attained) if self.goal == "max" else value <= F(attained) for value in best)
        return low, high


def false(constraint):
    entries, sense, side = constraint[:3]
    return not entries and {"G": side > 0, "L": side < 0, "E": side != 0}[sense]


def dominates(first, second):
    if false(first):
        return True
    if first[0] != second[0]:
        return False
    if second[1] == "E":
        return first[1] == "E" and first[2] == second[2]
    if first[1] not in ("E", second[1]):
        return False
    return first[2] >= second[2] if second[1] == "G" else first[2] <= second[2]


def checked(solution):
    return Reader(solution.linear_program().vipr()).check()


@pytest.mark.parametrize("seed", range(25))
def test_linear_programs(seed):
    program = known(Random(seed))
    solution = LinearProgram.from_document(program.document).solve()
    inside = program.value - F(program.document["constant"])
    assert checked(solution) == (str(inside), str(inside))


@pytest.mark.parametrize("seed", [k if k < 25 else pytest.param(k, marks=pytest.mark.slow) for k in range(250)])
def test_trees(seed):
    solution = LinearProgram.from_document(integer_program(Random(seed))).solve()
    if solution.grade == "infeasible":
        assert checked(solution) == "infeasible"
    else:
        assert checked(solution) == (str(solution.lower), str(solution.upper))


@pytest.mark.parametrize("seed", [k if k < 8 else pytest.param(k, marks=pytest.mark.slow) for k in range(100)])
def test_trees_that_split_sums(seed):
    rng = Random(seed)
    solution = LinearProgram.from_document(in_other_columns(rng, integer_program(rng))).solve()
    if solution.grade == "infeasible":
        assert checked(solution) == "infeasible"
    else:
        assert checked(solution) == (str(solution.lower), str(solution.upper))


def test_a_tree_of_many_nodes():
    rng = Random(3)
    rows = [{"entries": [[j, rng.randint(1, 40)] for j in range(12)], "upper": 100} for _ in range(4)]
    solution = LinearProgram([rng.randint(5, 30) for _ in range(12)], rows, upper=[1] * 12, integers=range(12)).solve()
    assert solution.grade == "exact"
    assert solution.dual.nodes is not None
    assert len(solution.dual.nodes) > 3
    assert checked(solution) == (str(solution.lower), str(solution.upper))


@pytest.mark.parametrize(
    "slug",
    [
        "kamenica-gentzkow-2011-prosecutor",
        "bergemann-morris-2019-investment-own-signals",
        "aumann-1974-chicken",
        "aumann-1974-chicken-worst",
        "luce-raiffa-1957-opera-football-fee",
        "monge-1781-earth-on-a-line",
        "kamenica-gentzkow-2011-three-qualities",
    ],
)
def test_certificates_of_other_kinds(slug):
    solution = suasion.load(slug).solve()
    again = solution.linear_program()
    assert (again.lower, again.upper, again.grade) == (solution.lower, solution.upper, solution.grade)
    low, high = checked(solution)
    assert (F(low), F(high)) == (solution.lower, solution.upper)


def two_receivers(seed):
    grid = [F(k, 6) for k in range(7)]
    tables = [
        [[F(Random(seed * 99 + 7 * i + j + s).randint(-9, 9), 4) for j in range(7)] for i in range(7)] for s in (0, 500)
    ]
    return suasion.TwoReceiverPersuasion("2/5", {"l": tables[0], "h": tables[1]}, grid=grid)


def private_by_beliefs(seed):
    rng = Random(seed)
    grid = [[F(k, 4), 1 - F(k, 4)] for k in range(5)]
    utility = [[[rng.randint(-9, 9) for _ in range(5)] for _ in range(5)] for _ in range(2)]
    return suasion.PrivatePersuasion(["1/3", "2/3"], grids=[grid, grid], utility=utility)


def private_game(seed):
    rng = Random(seed)
    receivers = [{"payoff": [[rng.randint(-9, 9) for _ in range(3)] for _ in range(2)]} for _ in range(2)]
    sender = [[[rng.randint(-9, 9) for _ in range(3)] for _ in range(3)] for _ in range(2)]
    return suasion.PrivatePersuasion(["1/4", "3/4"], receivers=receivers, sender=sender)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [two_receivers, private_by_beliefs, private_game])
def test_certificates_of_several_receivers(make, seed):
    solution = make(seed).solve()
    assert solution.grade == "exact"
    again = solution.linear_program()
    assert (again.lower, again.upper) == (solution.lower, solution.upper)
    assert tuple(map(F, checked(solution))) == (solution.lower, solution.upper)


def test_utilities_by_expressions_and_others_that_no_program_has():
    grid = ["0", "1/4", "1/2", "3/4", "1"]
    solution = suasion.TwoReceiverPersuasion("1/2", "(x - y)**2", grid=grid).solve()
    assert tuple(map(F, checked(solution))) == (F(1, 4), F(1, 4))
    with pytest.raises(suasion.InputError, match="irrational"):
        suasion.TwoReceiverPersuasion("1/2", "exp(x*y)", grid=grid).solve().linear_program()
    with pytest.raises(suasion.InputError, match="square"):
        suasion.TwoReceiverPersuasion("1/2", "(x - y)**2", domain="square").solve().linear_program()


def test_posteriors_that_cannot_average_to_the_prior():
    problem = suasion.PrivatePersuasion(
        ["1/2", "1/2"], grids=[[["1/2", "1/2"]], [["2/3", "1/3"], [1, 0]]], utility=[[[0, 1]], [[1, 0]]]
    )
    solution = problem.solve()
    assert solution.grade == "infeasible"
    assert solution.linear_program().grade == "infeasible"
    assert checked(solution) == "infeasible"


@pytest.mark.parametrize("slug", ["aumann-1974-chicken", "luce-raiffa-1957-opera-football-fee"])
def test_every_facet_of_a_payoff_set(slug, tmp_path):
    solution = suasion.load(slug).payoff_set().solve()
    assert solution.complete
    for k, (_, bound) in enumerate(solution.facets):
        program = solution.facet_program(k)
        assert (program.lower, program.upper) == (bound, bound)
        assert tuple(map(F, Reader(program.vipr()).check())) == (bound, bound)
    with pytest.raises(suasion.InputError, match="none has the number"):
        solution.facet_program(len(solution.facets))
    file, target = tmp_path / "set.json", tmp_path / "proof.vipr"
    solution.save(file)
    assert main(["export", str(file), "--vipr", "--facet", "1", "-o", str(target)]) == 0
    assert F(Reader(target.read_text()).check()[0]) == solution.facets[1][1]


def test_an_infeasible_list_of_beliefs():
    solution = suasion.Concavification(["1/2", "1/2"], beliefs=[[1, 0], ["3/4", "1/4"]], values=[0, 1]).solve()
    assert solution.grade == "infeasible"
    assert checked(solution) == "infeasible"


def test_a_changed_file_is_refused_by_the_reader():
    text = suasion.load("kamenica-gentzkow-2011-prosecutor").solve().linear_program().vipr()
    assert Reader(text).check() == ("3/5", "3/5")
    with pytest.raises(AssertionError):
        Reader(text.replace("RTP range 3/5 3/5", "RTP range 3/5 1/2")).check()
    with pytest.raises(AssertionError):
        Reader(text.replace("L 3/5 OBJ", "L 1/2 OBJ")).check()


def test_what_vipr_cannot_say():
    with pytest.raises(suasion.SuasionError, match="no certificate for a solution of grade unbounded"):
        LinearProgram([1]).solve().vipr()
    with pytest.raises(suasion.SuasionError, match="not written out as a linear program"):
        suasion.load("platform-hubs-2").solve().linear_program()


def test_only_payoff_sets_have_facets(tmp_path, capsys):
    file = tmp_path / "solution.json"
    suasion.load("kamenica-gentzkow-2011-prosecutor").solve().save(file)
    assert main(["export", str(file), "--vipr", "--facet", "0"]) == 2
    assert "only a payoff set has facets" in capsys.readouterr().err


def test_the_command_exports(tmp_path, capsys):
    file, target = tmp_path / "solution.json", tmp_path / "proof.vipr"
    suasion.load("kamenica-gentzkow-2011-prosecutor").solve().save(file)
    assert main(["export", str(file), "--vipr", "-o", str(target)]) == 0
    assert Reader(target.read_text()).check() == ("3/5", "3/5")
    assert main(["export", str(file), "--vipr"]) == 0
    assert Reader(capsys.readouterr().out).check() == ("3/5", "3/5")
