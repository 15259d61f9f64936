"""Collecting and compiling translations without gettext's tools, and the catalogues themselves."""

import gettext
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tools.messages import Entry, Key

from tools import messages


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "migrations").mkdir()
    (tmp_path / "a.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext_lazy\n"
        'x = _("저장")\ny = ngettext("%(n)s개", "%(n)s개들", 2)\nz = pgettext_lazy("weekday", "일")\n'
        'w = _("두 줄 "\n      "한 문장")\nv = _(name)\n',
        encoding="utf-8",
    )
    (tmp_path / "migrations" / "0001.py").write_text('_("옛말")\n', encoding="utf-8")
    (tmp_path / "templates" / "b.html").write_text(
        '{% translate "그가 (말)했다" %}{% blocktranslate with n=x.y %}{{ n }} 님, 50% 됨{% endblocktranslate %}'
        "{% blocktranslate count c=n %}{{ c }}건{% plural %}{{ c }}건들{% endblocktranslate %}"
        "{% blocktranslate trimmed %}\n  안\n  녕\n{% endblocktranslate %}",
        encoding="utf-8",
    )
    return tmp_path


def test_texts_of_code_and_templates_are_found(source: Path) -> None:
    found = messages.collect(source)
    assert set(found) == {
        Key(None, "저장", None),
        Key(None, "%(n)s개", "%(n)s개들"),
        Key("weekday", "일", None),
        Key(None, "두 줄 한 문장", None),
        Key(None, "그가 (말)했다", None),
        Key(None, "%(n)s 님, 50%% 됨", None),
        Key(None, "%(c)s건", "%(c)s건들"),
        Key(None, "안 녕", None),
    }
    assert found[Key(None, "안 녕", None)] == {"templates/b.html"}


def test_a_catalogue_survives_writing_and_is_read_by_gettext(tmp_path: Path) -> None:
    entries = [
        Entry(Key(None, '따옴표 " 와 \\', None), ['quote " and \\'], {"a.py"}),
        Entry(Key(None, "두 줄\n둘째\n", None), ["two\nlines\n"], {"b.html"}),
        Entry(Key("weekday", "일", None), ["Sun"]),
        Entry(Key(None, "일", None), ["work"]),
        Entry(Key(None, "%(n)s개", "%(n)s개"), ["%(n)s piece", "%(n)s pieces"]),
        Entry(Key(None, "아직", None), [""]),
    ]
    catalogue = {entry.key: entry for entry in entries}
    path = tmp_path / "django.po"
    messages.write_po(path, catalogue, "en", 2)
    again = messages.read_po(path)
    assert {key: entry.translations for key, entry in again.items()} == {
        key: entry.translations for key, entry in catalogue.items()
    }
    made = gettext.GNUTranslations(BytesIO(messages.compiled(again, "en", 2)))
    assert made.gettext('따옴표 " 와 \\') == 'quote " and \\'
    assert made.gettext("두 줄\n둘째\n") == "two\nlines\n"
    assert made.pgettext("weekday", "일") == "Sun"
    assert made.gettext("일") == "work"
    assert [made.ngettext("%(n)s개", "%(n)s개", n) for n in (1, 2)] == ["%(n)s piece", "%(n)s pieces"]
    assert made.gettext("아직") == "아직"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (Entry(Key(None, "가", None), ["a"]), []),
        (Entry(Key(None, "가", None), [""]), ["not translated"]),
        (Entry(Key(None, "가", None), ["a"], fuzzy=True), ["fuzzy"]),
        (Entry(Key(None, "%(n)s 님", None), ["you"]), ["placeholders ['%(n)s']"]),
        (Entry(Key(None, "%(n)s 님", None), ["%(name)s"]), ["placeholders ['%(n)s', '%(name)s']"]),
        (Entry(Key(None, "%(n)s건", "%(n)s건"), ["one", "%(n)s"]), []),
    ],
)
def test_faults_of_a_translation_are_named(entry: Entry, fault: list[str]) -> None:
    assert messages.faults(entry) == fault


def test_merging_keeps_translations_and_drops_what_is_gone() -> None:
    old = {key: Entry(key, ["x"]) for key in (Key(None, "가", None), Key(None, "나", None))}
    fresh = messages.merged(old, {Key(None, "나", None): {"a.py"}, Key(None, "다", None): {"b.py"}}, 2)
    assert [(entry.key.text, entry.translations) for entry in fresh.values()] == [("나", ["x"]), ("다", [""])]


@pytest.mark.parametrize(("language", "plurals"), [("en", 2), ("ko", 1)])
def test_every_entry_is_translated_and_the_compiled_form_is_of_today(language: str, plurals: int) -> None:
    folder = messages.LOCALE / language / "LC_MESSAGES"
    catalogue = messages.read_po(folder / "django.po")
    assert [fault for entry in catalogue.values() for fault in messages.faults(entry)] == []
    assert (folder / "django.mo").read_bytes() == messages.compiled(catalogue, language, plurals)


@pytest.mark.django_db
@pytest.mark.req("X4", "browser")
def test_pages_speak_english_when_asked(client: Client) -> None:
    client.get("/display/", {"lang": "en"})
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with fingerprint or face (passkey)" in page
    assert "My learning account" in page


def test_plurals_and_contexts_reach_django() -> None:
    with translation.override("en"):
        assert _("강좌 찾기") == "Find courses"
        assert [ngettext("%(count)s개 과정", "%(count)s개 과정", n) % {"count": n} for n in (1, 3)] == [
            "1 course",
            "3 courses",
        ]
        assert translation.pgettext("weekday", "일") == "Sun"
    with translation.override("ko"):
        assert _("강좌 찾기") == "강좌 찾기"


def test_no_text_of_the_sources_is_missing_and_none_is_left_over() -> None:
    assert messages.check() == []
