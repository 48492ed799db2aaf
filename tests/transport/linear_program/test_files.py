"""MPS and LP files: sections by the definition of the formats, other programs' files, and what is refused."""

from fractions import Fraction as F
from random import Random

import highspy
import pytest

import suasion
from suasion import LinearProgram
from tests.transport.linear_program.programs import as_lp, as_mps, known

EVERYTHING = """\
* the first N row is the objective, the second is left out
NAME          EXAMPLE
ROWS
 N  COST
 N  IDLE
 L  LIM
 G  FLOOR
 E  BALANCE
COLUMNS
    X         COST               1.5   LIM                1.0
    X         FLOOR              1.0
    MARKER                 'MARKER'                 'INTORG'
    Y         COST             -2.D0   BALANCE            .25
    Z         IDLE               3.0   LIM               -1.0
    MARKER                 'MARKER'                 'INTEND'
    W         BALANCE            1.0
RHS
    RHS       LIM                4.0   FLOOR             -1.0
    RHS       COST             -10.0   BALANCE            2.0
RANGES
    RNG       LIM                2.5   FLOOR              3.0
    RNG       BALANCE           -1.0
BOUNDS
 UP BND       X                 40.0
 MI BND       W
 UP BND       W                 -0.1
 BV BND       Y
ENDATA
"""


def read(tmp_path, content, name="program.mps"):
    path = tmp_path / name
    path.write_text(content)
    return suasion.load(path).statement


def test_every_section_of_mps(tmp_path):
    found = read(tmp_path, EVERYTHING)
    assert found.name == "EXAMPLE"
    assert found.goal == "min"
    assert found.columns == ("X", "Y", "Z", "W")
    assert found.objective == (F(3, 2), -2, 0, 0)
    assert found.constant == 10
    sides = {row.name: (row.lower, row.upper) for row in found.rows}
    assert sides == {"LIM": (F(3, 2), 4), "FLOOR": (-1, 2), "BALANCE": (1, 2)}
    assert dict(found.rows[0].entries) == {0: 1, 2: -1}
    # Z has no bounds, so it is binary; W is in (-infinity, -1/10], read as it is typed.
    assert [found.box(j) for j in range(4)] == [(0, 40), (0, 1), (0, 1), (None, F(-1, 10))]
    assert found.integers == (1, 2)


def test_names_with_blanks_need_the_fixed_format(tmp_path):
    found = read(
        tmp_path,
        "NAME          BLANKS\nROWS\n N  MY COST\n L  ROW 1\nCOLUMNS\n"
        "    COL A     MY COST           -1.0   ROW 1              2.0\n"
        "RHS\n    RHS       ROW 1              3.0\nENDATA\n",
    )
    assert found.columns == ("COL A",)
    assert found.rows[0].name == "ROW 1"
    assert found.rows[0].upper == 3


def test_free_files_may_do_without_names_of_sets_and_ask_for_a_maximum(tmp_path):
    found = read(
        tmp_path,
        "NAME\nOBJSENSE MAX\nROWS\n N obj\n L a_row_with_a_long_name\nCOLUMNS\n"
        " a_column_with_a_long_name obj 1 a_row_with_a_long_name 2\nRHS\n a_row_with_a_long_name 7\n"
        "BOUNDS\n UP a_column_with_a_long_name 1e30\nENDATA\n",
    )
    assert found.goal == "max"
    assert found.rows[0].upper == 7
    assert found.box(0) == (0, None)
    assert LinearProgram.from_statement(found).solve().lower == F(7, 2)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ((" L  LIM\n", " L  LIM\n L  LIM\n"), "line 7: the row .LIM. is stated already"),
        (
            (" UP BND       X                 40.0", " UP BND       X                 -4.0"),
            "line 24: a negative UP bound",
        ),
        (("BALANCE            .25", "BALANCE            2x5"), "line 13: '2x5' is not a number"),
        (("BALANCE            .25", "BALENCE            .25"), "line 13: there is no row .BALENCE."),
        (("    RNG       BALANCE", "    OTHER     BALANCE"), "second set in RANGES"),
        (("ENDATA\n", ""), "without ENDATA"),
        (("RANGES", "QMATRIX"), ".QMATRIX. is not a section"),
        ((" MI BND       W", " SC BND       W   3"), ".SC. is no type of bound"),
        (("    X         FLOOR", "    X         LIM  "), "has an entry in row .LIM. already"),
        (("1.5   LIM", "1.5   LIM   1 FLOOR"), "one or two pairs"),
        ((" N  COST\n N  IDLE\n", ""), "line 8: there is no row"),
        (("1.5 ", "NaN "), "is not a number"),
        (("1.5 ", "1e99999 "), "beyond 4000"),
    ],
)
def test_mps_files_that_are_refused(change, complaint, tmp_path):
    assert change[0] in EVERYTHING
    with pytest.raises(suasion.InputError, match=complaint):
        read(tmp_path, EVERYTHING.replace(*change, 1))


def test_every_section_of_lp(tmp_path):
    found = read(
        tmp_path,
        """\\ a comment
Maximize
 profit: 3 x1 + 2x2 - .5 x3 + 10 \\ with a constant
Subject To
 c1: 2 x1 + x2 <= 4.3
 x1 + 3 x2 + x3
   >= -2
 c3: -5 <= x1 - x3 <= 8
 c4: x1 + x2 = 2 x3
 c5: x1 >= -1e3 c6: x2 + x2 <= 7
Bounds
 x1 <= 1.5
 -3 <= x3 <= +inf
 x2 free
 b1 <= 9
General
 x1
Binary
 b1
End
""",
        "program.LP",
    )
    assert found.goal == "max"
    assert found.columns == ("x1", "x2", "x3", "b1")
    assert found.objective == (3, 2, F(-1, 2), 0)
    assert found.constant == 10
    rows = {row.name: (dict(row.entries), row.lower, row.upper) for row in found.rows}
    assert rows == {
        "c1": ({0: 2, 1: 1}, None, F(43, 10)),
        "R2": ({0: 1, 1: 3, 2: 1}, -2, None),
        "c3": ({0: 1, 2: -1}, -5, 8),
        "c4": ({0: 1, 1: 1, 2: -2}, 0, 0),
        "c5": ({0: 1}, -1000, None),
        "c6": ({1: 2}, None, 7),
    }
    assert [found.box(j) for j in range(4)] == [(0, F(3, 2)), (None, None), (-3, None), (0, 1)]
    assert found.integers == (0, 3)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("x + y\n", "starts with maximize or minimize"),
        ("min x\nst\n x >= 1\n", "without end"),
        ("min x\nst\n x 3 >= 1 y\nend\n", "a sign is missing"),
        ("min x\nst\n c: x >= 1\n c: x <= 3\nend\n", "line 4: the row .c. is stated already"),
        ("min [ x^2 ]\nst\n x >= 1\nend\n", "is not understood"),
        ("min x\nst\n x\nend\n", "one or two relations"),
        ("min x\nst\n x >= 1\nbounds\n x <= -1\nend\n", "negative upper bound"),
        ("min x\nst\n x >= 1\nbounds\n x + y <= 1\nend\n", "names one column"),
        ("min x\nst\n x >= 1\ngeneral\n x 2\nend\n", "line 5: .2. is no column's name"),
        ("min x\nst\n x >= 1\nsos\n s: x:1\nend\n", "is no section"),
        ("min x\nst\n x >= 1\nend\nmore\n", "line 5: something stands behind end"),
    ],
)
def test_lp_files_that_are_refused(content, complaint, tmp_path):
    with pytest.raises(suasion.InputError, match=complaint):
        read(tmp_path, content, "program.lp")


def test_an_empty_section_of_what_is_refused_says_nothing(tmp_path):
    """HiGHS closes a file with an empty ``semi`` once it has integers."""
    found = read(tmp_path, "max\n x + y\nst\n 2 x + 2 y <= 3\nbin\n x\ngen\n y\nsemi\nend\n", "program.lp")
    assert found.integers == (0, 1)
    assert suasion.load(tmp_path / "program.lp").solve().lower == 1


def test_an_integer_column_may_stand_in_no_row(tmp_path):
    """HiGHS writes such columns among the integers alone."""
    content = "min\n x\nst\n x >= 0.5\nbounds\n z <= 4\ngen\n x\n y\n z\nend\n"
    found = read(tmp_path, content, "program.lp")
    assert found.columns == ("x", "z", "y")
    assert found.integers == (0, 1, 2)
    assert suasion.load(tmp_path / "program.lp").solve().lower == 1


@pytest.mark.parametrize("seed", range(20))
def test_highs_reads_and_writes_the_same_program(seed, tmp_path):
    """HiGHS reads our file and writes it anew in both formats; all are one program."""
    program = known(Random(seed), rows=4, columns=5)
    path = tmp_path / "ours.mps"
    path.write_text(as_mps(program.document, fixed=seed % 2 == 0))
    ours = suasion.load(path).solve()
    assert ours.lower == ours.upper == program.value
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) != highspy.HighsStatus.kError
    for name in ("theirs.mps", "theirs.lp"):
        other = tmp_path / name
        assert solver.writeModel(str(other)) != highspy.HighsStatus.kError
        solution = suasion.load(other).solve()
        assert solution.lower == solution.upper
        assert float(solution.lower) == pytest.approx(float(program.value), abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_highs_reads_our_lp_files(seed, tmp_path):
    program = known(Random(300 + seed), rows=4, columns=5)
    path = tmp_path / "ours.lp"
    path.write_text(as_lp(program.document, two_sided=False))
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) != highspy.HighsStatus.kError
    solver.run()
    assert solver.getInfo().objective_function_value == pytest.approx(float(program.value), abs=1e-7)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(suasion.FileError, match=r"no\.mps"):
        suasion.load(tmp_path / "no.mps")
