from naite.roots.text import tidy


def test_control_characters_go_and_letters_are_composed() -> None:
    assert tidy("  \x00까닭\x07\n둘째 줄\t \ud800") == "까닭\n둘째 줄"
    assert tidy("\u1112\u1161\u11ab\u1100\u1161\u1105\u1161\u11b7") == "한가람"
