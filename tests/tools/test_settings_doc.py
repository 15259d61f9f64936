from tools import settings_doc


def test_every_setting_says_what_it_does() -> None:
    assert not [setting.name for setting in settings_doc.settings() if not setting.words]


def test_the_reference_is_what_the_source_says() -> None:
    assert settings_doc.TARGET.read_text("utf-8") == settings_doc.page(), "run python -m tools.settings_doc"
