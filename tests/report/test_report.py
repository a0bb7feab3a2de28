"""The page is whole, closed, safe and true to the manifest."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from typing import TYPE_CHECKING, Any

import jinja2
import numpy as np
import pytest
from PIL import Image

from photoguard import report
from photoguard.errors import WriteError
from photoguard.files import PRIVATE
from photoguard.model import Language
from photoguard.report.thumbnails import SIDE, thumbnail
from tests.report.invented import (
    Reading,
    copy,
    face,
    manifest,
    of_every_outcome,
    photo,
    reason,
)

if TYPE_CHECKING:
    from pathlib import Path

MARKUP = "<img src=x onerror=alert(1)>\"'></title></script><svg onload=alert(2)>{{7*7}}"


def read(folder: Path, language: Language = Language.FI) -> Reading:
    """Render the folder with every outcome and read the page."""
    return Reading(report.render(of_every_outcome(folder), folder, language))


@pytest.mark.parametrize("language", Language)
def test_every_outcome_is_told_in_every_language(tmp_path: Path, language: Language) -> None:
    """The page speaks the language it is asked for, and has every photo and clip."""
    page = read(tmp_path, language)
    assert page.all("html")[0]["lang"] == language
    words = {
        Language.FI: ("Valmis", "Tarkistettava", "Ei saa julkaista", "Ei onnistunut"),
        Language.SV: ("Klar", "Att granska", "Får inte publiceras", "Misslyckades"),
        Language.EN: ("Ready", "To review", "Must not be published", "Failed"),
    }
    for word in (*words[language], "Aino piha.jpg", "IMG_2.jpg", "IMG_3.jpg", "IMG_4.jpg"):
        assert word in page.text
    assert "IMG_2.MOV" in page.text
    assert "report." not in page.text


def test_ready_is_told_as_not_approved(tmp_path: Path) -> None:
    """The page says that a person has to look before anything is published."""
    text = read(tmp_path, Language.EN).text
    assert "not approved yet: look at each photo before you publish it" in text
    for part in ("Face", "Hair", "Clothes", "Name", "Place"):
        assert part in text


def test_the_page_loads_nothing(tmp_path: Path) -> None:
    """Addresses are data, places on the page, or copies beside it; nothing else."""
    page = read(tmp_path)
    addresses = page.values("src") + page.values("href")
    outputs = {"valmiit/kuva-001.jpg", "tarkistettavat/kuva-002.jpg"}
    assert {address for address in addresses if not address.startswith(("data:", "#"))} == outputs
    assert not page.all("link", "iframe", "object", "embed", "form", "base", "img")
    assert "url(" not in report.render(manifest(), tmp_path, Language.EN)


def test_the_policy_allows_only_what_the_page_holds(tmp_path: Path) -> None:
    """The content security policy names the digests of the very style and script."""
    text = report.render(of_every_outcome(tmp_path), tmp_path, Language.SV)
    policy = next(
        meta["content"] or ""
        for meta in Reading(text).all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; img-src data:; base-uri 'none'")
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not [name for name in Reading(text).values("style") if name]


def test_names_that_are_markup_stay_words(tmp_path: Path) -> None:
    """Whatever a name or sentence holds, it adds no element and no attribute."""
    folder = tmp_path / "<b onclick=alert(3)>&amp;"
    honest, evil = (
        Reading(
            report.render(
                manifest(
                    photo(
                        word,
                        "review",
                        **copy(folder, "review/photo-001.jpg"),
                        reasons=[reason("reasons.x", word, word)],
                        notices=[reason(word, word)],
                        faces=[face(1, 1, 9, word)],
                        alt_text={"fi": word, "sv": word},
                        credit=word,
                    ),
                    program=word,
                    channels=[word],
                    settings={word: word},
                    not_handled=[{"source": word, "code": "x", "text": word}],
                ),
                folder,
                Language.FI,
            )
        )
        for word in ("honest", MARKUP)
    )
    shape = [(tag, sorted(attributes)) for tag, attributes in evil.elements]
    assert shape == [(tag, sorted(attributes)) for tag, attributes in honest.elements]
    assert evil.text.count("<img src=x onerror=alert(1)>") == honest.text.count("honest")
    assert "49" not in evil.text.replace("7*7", "")


def test_a_name_cannot_turn_the_line(tmp_path: Path) -> None:
    """Marks that run right to left, newlines and broken characters are shown as such."""
    names = ["kuva\u202egpj.exe", "a\nb.jpg", "\udce4.jpg"]
    text = report.render(manifest(*map(photo, names)), tmp_path, Language.FI)
    assert not {"\u202e", "\udce4"} & set(text)
    assert "a\ufffdb.jpg" in text
    text.encode()


def test_a_loaded_report_compiles_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is loaded while the photos are prepared is all that its page is made of."""
    report.load()

    def read_late(*_: object) -> None:
        raise AssertionError("a template was read late")

    monkeypatch.setattr(jinja2.PackageLoader, "get_source", read_late)
    assert "a.jpg" in report.render(manifest(photo("a.jpg")), tmp_path, Language.EN)


def test_pictures_are_made_of_the_finished_copies(tmp_path: Path) -> None:
    """A thumbnail shows the copy, small and bare of its metadata."""
    entry = copy(tmp_path, "ready/photo-001.jpg", (1600, 1000))
    small = thumbnail(tmp_path, entry["output"], entry["output_sha256"])
    assert small is not None
    content = base64.b64decode(small.uri.partition(",")[2])
    assert b"PLANTED" not in content
    with (
        Image.open(io.BytesIO(content)) as opened,
        Image.open(tmp_path / entry["output"]) as copied,
    ):
        assert opened.size == (small.width, small.height) == (SIDE, SIDE * 1000 // 1600)
        assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        meant = np.asarray(copied.resize(opened.size), dtype=float)
        assert np.abs(np.asarray(opened, dtype=float) - meant).mean() < 4


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_copies_of_other_formats_are_shown(tmp_path: Path, suffix: str) -> None:
    """PNG and WebP copies have thumbnails too."""
    entry = copy(tmp_path, f"ready/photo-001.{suffix}")
    assert thumbnail(tmp_path, entry["output"], entry["output_sha256"]) is not None


def test_a_copy_that_is_not_the_verified_one_is_not_shown(tmp_path: Path) -> None:
    """A file put in place of a copy never gets onto the page, since it may be an original."""
    whole = of_every_outcome(tmp_path)
    copy(tmp_path, "valmiit/kuva-001.jpg", (801, 600))
    (tmp_path / "tarkistettavat/kuva-002.jpg").unlink()
    page = Reading(report.render(whole, tmp_path, Language.EN))
    assert not page.all("image")
    assert page.text.count("changed or moved") == 2


@pytest.mark.parametrize("place", ["../outside.jpg", "ready/../../outside.jpg"])
def test_no_picture_from_outside_the_folder(tmp_path: Path, place: str) -> None:
    """A path that leads out of the output folder shows nothing."""
    folder = tmp_path / "out"
    (folder / "ready").mkdir(parents=True)
    entry = copy(tmp_path, "outside.jpg")
    assert thumbnail(folder, place, entry["output_sha256"]) is None


def test_something_else_than_a_picture_is_not_shown(tmp_path: Path) -> None:
    """A file with the right digest that does not decode costs its thumbnail only."""
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")
    digest = hashlib.sha256(b"\xff\xd8\xff\xe0 nothing").hexdigest()
    assert thumbnail(tmp_path, "photo.jpg", digest) is None


def test_faces_are_numbered_as_in_the_manifest(tmp_path: Path) -> None:
    """The number on the picture, in the table and in photos.csv is one and the same."""
    page = read(tmp_path)
    assert [text for tag, text in page.texts if tag == "text"] == ["1", "2"]
    rows = [text for tag, text in page.texts if tag in {"td", "th"}]
    start = rows.index("1")
    assert rows[start : start + 2] == ["1", "peitetty"]
    readings = rows.index("0,87")
    assert rows[readings - 1 : readings + 3] == ["1", "0,87", "centerface, blazeface", "2"]
    assert "p-17" in rows
    first, second = page.all("circle")[-2:]
    assert 30 < float(first["cx"] or 0) <= 50
    assert 230 < float(second["cx"] or 0) <= 250


def test_faces_are_counted_in_copies_only(tmp_path: Path) -> None:
    """A photo that was blocked afterwards shows nobody, whatever was decided of its faces."""
    found = manifest(photo("a.jpg", "blocked", faces=[face(1, 1, 9), face(20, 1, 9, "p-17")]))
    page = report.render(found, tmp_path, Language.EN)
    assert "Faces hidden: 0." in page
    assert "Faces left visible" not in page


def test_numbers_stay_inside_the_picture(tmp_path: Path) -> None:
    """A face at the edge has its number in sight; a crowd has smaller ones, without discs."""
    crowd = [face(x, 0, 10) for x in range(0, 790, 40)]
    entry = copy(tmp_path, "ready/photo-001.jpg")
    page = Reading(
        report.render(manifest(photo("a", "ready", **entry, faces=crowd)), tmp_path, Language.EN)
    )
    marks = [text for text in page.all("text") if text["font-size"] == "10.5"]
    assert len(marks) == len(crowd)
    assert all(7 <= float(mark["x"] or 0) <= SIDE - 7 for mark in marks)
    assert all(float(mark["y"] or 0) >= 7 for mark in marks)


def test_reasons_tell_the_next_step_where_there_is_one(tmp_path: Path) -> None:
    """A reason's ``.next`` and an error's ``.remedy`` are told; an unknown code has neither."""
    entry = [
        reason("decode.truncated", "First."),
        reason("nowhere.known", "Second."),
        reason("bare", "Third."),
        reason("reasons.draft_alt_text", "Told by a sign of its own."),
    ]
    page = report.render(manifest(photo("a", reasons=entry)), tmp_path, Language.EN)
    assert page.count('class="next"') == 1
    assert "Told by a sign of its own" not in page


def test_alt_texts_are_marked_and_can_be_copied(tmp_path: Path) -> None:
    """Drafts are marked; each language is marked as such and has a button of its own."""
    page = read(tmp_path, Language.SV)
    alts = [p for p in page.all("p") if "-alt-" in (p.get("id") or "")]
    assert [alt["lang"] for alt in alts] == ["fi", "sv", "en", "fi"]
    buttons = [each for each in page.all("button") if "-alt-" in (each.get("data-copy") or "")]
    assert [button["data-copy"] for button in buttons] == [alt["id"] for alt in alts]
    assert all("hidden" in button for button in buttons)
    assert page.text.count("utkast") >= 1
    assert page.text.count("bekräftad") == 1


def test_a_photo_without_words_says_so(tmp_path: Path) -> None:
    """A missing alt text is told, not left blank."""
    entry = copy(tmp_path, "ready/photo-001.jpg")
    page = Reading(report.render(manifest(photo("a", "ready", **entry)), tmp_path, Language.EN))
    assert "There is no alt text yet." in page.text
    assert "Write an alt text for the photo that has none yet." in page.text
    assert "draft alt text" not in page.text


def test_nothing_is_told_twice_of_a_photo(tmp_path: Path) -> None:
    """What is a reason already is no notice as well."""
    twice = [reason("policy.never_in_pictures", "p-1: must never be in pictures.", "p-1")]
    page = Reading(
        report.render(
            manifest(photo("a", "blocked", reasons=twice, notices=twice)), tmp_path, Language.EN
        )
    )
    assert page.text.count("p-1: must never be in pictures.") == 1


def test_a_page_of_one_outcome_has_no_filter(tmp_path: Path) -> None:
    """Where there is nothing to choose, nothing is offered; none at all is fine as well."""
    for photos in ([], [photo("a"), photo("b")]):
        page = Reading(report.render(manifest(*photos), tmp_path, Language.EN))
        assert not page.all("fieldset")


def test_settings_are_told_in_words(tmp_path: Path) -> None:
    """Settings and their values stand there as sentences, unknown ones as they are."""
    changed = manifest(
        settings={"names": False, "max_side": 0, "new": "x"}, publish_on="2026-09-01"
    )
    text = Reading(report.render(changed, tmp_path, Language.FI)).text
    for word in ("varhaiskasvatus", "kuvan oma koko", "ei", "new x", "2026-09-01", "instagram"):
        assert word in text


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """The page replaces the old one in one step; where it cannot, that is an error."""
    (tmp_path / PRIVATE).mkdir()
    place = report.write(tmp_path, of_every_outcome(tmp_path), Language.EN)
    assert place == tmp_path / "report.html"
    assert place.read_text("utf-8").startswith("<!DOCTYPE html>")
    place.unlink()
    place.mkdir()
    with pytest.raises(WriteError):
        report.write(tmp_path, manifest(), Language.EN)


def _with_words(folder: Path) -> dict[str, Any]:
    return photo(
        "a.jpg",
        "ready",
        **copy(folder, "valmiit/kuva-001.jpg"),
        caption="Päiväkoti Kuu: Metsäretki.",
        hashtags=["#LPRoppii", "#metsä"],
        credit="Kuva: Maija",
        alt_text={"fi": "Metsäretki: ihmisiä.", "sv": "Människor."},
        alt_text_lacks={"sv": "event", "en": "event"},
    )


def test_each_block_of_a_post_has_a_button(tmp_path: Path) -> None:
    """Caption, hashtags, credit and alt texts are copied one by one."""
    entry = _with_words(tmp_path)
    page = Reading(report.render(manifest(entry), tmp_path, Language.FI))
    buttons = [button["data-copy"] for button in page.all("button") if "data-copy" in button]
    kinds = [(each or "").partition("-")[2].partition("-")[2] for each in buttons]
    assert kinds == ["caption", "hashtags", "credit", "alt-1", "alt-2"]
    for text in (entry["caption"], "#LPRoppii #metsä", entry["credit"]):
        assert ("p", text) in page.texts


def test_a_missing_language_is_marked(tmp_path: Path) -> None:
    """What stands in one language only is told for the others."""
    page = Reading(report.render(manifest(_with_words(tmp_path)), tmp_path, Language.FI))
    assert "Tapahtuma puuttuu näillä kielillä: ruotsi, englanti." in page.text


def test_the_contact_sheet_has_what_is_ready_and_nothing_else(tmp_path: Path) -> None:
    """A cell for each ready photo, drawn from the picture of its card; no name of an original."""
    entry = of_every_outcome(tmp_path)
    html = report.render(entry, tmp_path, Language.EN)
    sheet = html.partition('id="contact-sheet"')[2].partition("</section>")[0]
    assert sheet.count("<use ") == 1
    assert "kuva-001.jpg" in sheet
    assert not [each["source"] for each in entry["photos"] if each["source"] in sheet]
    assert html.count("data:image/jpeg") == 2


def test_without_anything_ready_there_is_no_contact_sheet(tmp_path: Path) -> None:
    """An empty sheet is not offered."""
    entry = manifest(photo("a.jpg", "failed"))
    assert "contact-sheet" not in report.render(entry, tmp_path, Language.EN).partition("<body")[2]
