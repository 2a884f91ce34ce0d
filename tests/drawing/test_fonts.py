"""Names in scripts that matplotlib's own font lacks."""

from pathlib import Path

import pytest
from matplotlib import font_manager, ft2font

from sce_cli.drawing import fonts
from sce_cli.topics.softmax.study import SoftmaxStudy, study
from tests.running import run_sce

NAMES = ("红苹果", "grün", "紅", "红苹果 2")
OWN = font_manager.findfont(fonts.OWN)


@pytest.fixture
def named() -> SoftmaxStudy:
    return study([2.0, 1.0, 0.1, 0.0], NAMES, 1.0)


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_manager, "findSystemFonts", list)


def test_names_that_can_be_shown_stay_as_they_are() -> None:
    plain = study([2.0, 1.0], ("grün", "Übung"), 1.0)
    assert fonts.with_readable_names(plain, "png") == (plain, [fonts.OWN])


@pytest.mark.usefixtures("without_fonts")
@pytest.mark.parametrize("file_format", ["png", "pdf"])
def test_without_a_font_each_name_gets_a_number_of_its_own(named: SoftmaxStudy, file_format: str) -> None:
    readable, families = fonts.with_readable_names(named, file_format)
    assert readable.names == ("name 1", "grün", "name 2", "name 3")
    assert families == [fonts.OWN]
    assert named.names == NAMES


@pytest.mark.usefixtures("without_fonts")
def test_an_svg_keeps_the_names_for_the_readers_fonts(named: SoftmaxStudy) -> None:
    assert fonts.with_readable_names(named, "svg") == (named, [fonts.OWN])


def test_an_installed_font_that_has_the_letters_is_used(named: SoftmaxStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for such a font: matplotlib's own under the name of one, said to have the letters."""
    letters = {str(path): fonts._letters_of(OWN) for path in (OWN, "a-Latin.ttf", "poor-CJK.otf", "good-CJK.otf")}
    letters["good-CJK.otf"] |= set("".join(NAMES))
    letters["a-Latin.ttf"] |= set("".join(NAMES))
    added: list[str] = []
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: ["poor-CJK.otf", "good-CJK.otf", "a-Latin.ttf"])
    monkeypatch.setattr(fonts, "_letters_of", lambda path: letters[str(path)])
    monkeypatch.setattr(fonts, "FT2Font", lambda path: ft2font.FT2Font(OWN))
    monkeypatch.setattr(font_manager.fontManager, "addfont", added.append)
    readable, families = fonts.with_readable_names(named, "png")
    assert added == ["good-CJK.otf"]
    assert readable is named
    assert families == [fonts.OWN, "DejaVu Sans"]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_figure_with_chinese_names_comes_without_a_warning(ending: str, tmp_path: Path) -> None:
    """Whichever fonts this machine has."""
    target = tmp_path / f"figure.{ending}"
    run = run_sce("softmax", "2", "1", "--names", "红,绿", "--plot", str(target), "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    assert target.stat().st_size > 1000
