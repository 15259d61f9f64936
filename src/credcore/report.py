"""What a verification found, check by check, with a sentence for people in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

import orjson

CheckOutcome = Literal["ok", "failed", "unknown", "not_applicable"]
Outcome = Literal["valid", "invalid", "unknown"]
Verdict = Literal[
    "valid", "revoked", "suspended", "expired", "not_yet_valid", "altered", "not_a_badge", "unknown"
]
CheckCode = Literal["format", "schema", "signature", "issuer", "status", "dates", "anchor", "badges"]

_KST: Final = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True)
class Check:
    """One check: ``code`` says which, ``reason`` why it came out so, ``detail`` is for specialists."""

    code: CheckCode
    outcome: CheckOutcome
    reason: str
    ko: str
    en: str
    detail: str = ""


class _Findings(NamedTuple):
    verdict: Verdict
    format: str
    container: str
    checks: tuple[Check, ...]
    issuer: str | None
    trust: str
    source: bytes
    document: Mapping[str, Any] | None
    badges: tuple[Report, ...]


class Report(_Findings):
    """The whole verification. ``valid`` needs every check that applies to be ``ok``.

    ``badges`` are the reports on those that a record (CLR) holds, in its order.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Report({self.verdict}, {self.format}, {self.container}, {self.issuer}, {self.checks})"

    @property
    def outcome(self) -> Outcome:
        """The verdict in three words."""
        return _OUTCOMES.get(self.verdict, "invalid")

    @property
    def ko(self) -> str:
        """The verdict in a Korean sentence."""
        return _VERDICTS[self.verdict][0]

    @property
    def en(self) -> str:
        """The verdict in an English sentence."""
        return _VERDICTS[self.verdict][1]

    @property
    def explanation_ko(self) -> str:
        """Why, and what to do, in Korean; empty for a valid badge."""
        return self._explanation()[0]

    @property
    def explanation_en(self) -> str:
        """Why, and what to do, in English; empty for a valid badge."""
        return self._explanation()[1]

    def _explanation(self) -> tuple[str, str]:
        _, _, ko, en = _VERDICTS[self.verdict]
        decisive = _decisive(self.checks, self.verdict) if self.verdict != "valid" else None
        return (ko, en) if decisive is None else _explain(self.verdict, decisive, ko, en)

    @property
    def credential(self) -> Mapping[str, Any] | None:
        """The credential that was found, whether good or not; ``source`` is its text as it came."""
        if self.document is None and self.source:
            found: Mapping[str, Any] = orjson.loads(self.source)
            return found
        return self.document

    def check(self, code: CheckCode) -> Check | None:
        """The check of that code."""
        return next((check for check in self.checks if check.code == code), None)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, without the source text."""
        names = ("outcome", "verdict", "ko", "en", "explanation_ko", "explanation_en", "format", "container")
        return {
            **{name: getattr(self, name) for name in names},
            "checks": tuple(asdict(check) for check in self.checks),
            "issuer": self.issuer,
            "trust": self.trust,
            "credential": self.credential,
            "badges": [
                {name: getattr(badge, name) for name in ("outcome", "verdict", "ko", "en", "issuer")}
                for badge in self.badges
            ],
        }


# (ko, en) by check and reason. {when} is a date as people write it.
_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "format.ok": ("배지 형식을 알아보았습니다.", "The badge's format was recognised."),
    "format.malformed": (
        "이 파일에서 배지 정보를 찾지 못했습니다. 원본 파일을 올려 주세요.",
        "No badge was found in this file. Please use the original file.",
    ),
    "format.no_badge": (
        "이 그림에는 배지 정보가 없습니다. 원본 파일을 올려 주세요.",
        "This picture carries no badge. Please use the original file.",
    ),
    "format.several_badges": (
        "이 그림에는 배지가 여러 개 들어 있습니다. 배지가 하나만 든 파일을 올려 주세요.",
        "This picture carries several badges. Please use a file with one badge.",
    ),
    "format.too_large": ("파일이 너무 큽니다.", "The file is too large."),
    "format.unsupported": (
        "이 배지 형식은 아직 확인할 수 없습니다.",
        "Badges of this format cannot be checked yet.",
    ),
    "schema.ok": ("배지에 있어야 할 내용이 모두 있습니다.", "The badge holds everything it has to."),
    "schema.problems": (
        "배지 규격에 맞지 않는 내용이 있습니다.",
        "Something in the badge breaks the standard.",
    ),
    "signature.ok": (
        "준 곳의 서명이 맞고, 서명한 뒤에 바뀐 내용이 없습니다.",
        "The issuer's signature is good and nothing was changed since.",
    ),
    "signature.hosted": (
        "준 곳의 누리집에 같은 내용의 배지가 있습니다.",
        "The issuer's own site holds the same badge.",
    ),
    "signature.altered": (
        "서명한 뒤에 내용이 바뀌었거나 서명이 손상되었습니다.",
        "The content was changed after signing, or the signature is damaged.",
    ),
    "signature.no_proof": ("서명이 없습니다.", "There is no signature."),
    "signature.not_the_issuer": (
        "준 곳의 서명이 아닙니다.",
        "The signature is not that of the named issuer.",
    ),
    "signature.key_window": (
        "서명한 때에 쓸 수 없던 열쇠로 서명되었습니다.",
        "It was signed with a key that was not in force at that time.",
    ),
    "signature.key_revoked": (
        "준 곳이 폐기한 열쇠로 서명되었습니다.",
        "It was signed with a key that the issuer has revoked.",
    ),
    "signature.proof_expired": ("서명의 기간이 끝났습니다.", "The signature itself has expired."),
    "signature.unsupported": (
        "이 서명 방식은 아직 확인할 수 없습니다.",
        "Signatures of this kind cannot be checked yet.",
    ),
    "signature.unreadable": (
        "이 배지에는 이곳에서 확인할 수 없는 용어가 있어 서명을 확인하지 못했습니다.",
        "The badge uses vocabulary that is not known here, so its signature could not be checked.",
    ),
    "signature.unavailable": (
        "준 곳의 공개 열쇠를 불러오지 못해 서명을 확인하지 못했습니다.",
        "The issuer's public key could not be loaded, so the signature could not be checked.",
    ),
    "signature.not_checked": ("서명을 확인하지 않았습니다.", "The signature was not checked."),
    "issuer.trusted": ("믿을 수 있는 기관 목록에 있는 곳입니다.", "The issuer is on the trusted list."),
    "issuer.known": ("알려진 곳이 주었습니다.", "The issuer is known here."),
    "issuer.former": (
        "그때는 믿을 수 있는 기관 목록에 있던 곳입니다. 지금은 목록에 없습니다.",
        "The issuer was on the trusted list at that time. It is not any more.",
    ),
    "issuer.taken_off": (
        "믿을 수 있는 기관 목록에서 뺀 곳입니다.",
        "The issuer was taken off the trusted list.",
    ),
    "issuer.not_listed": (
        "준 곳의 주소와 서명이 맞습니다. 어떤 기관인지는 따로 확인하지 않았습니다.",
        "Address and signature of the issuer match. What kind of body it is was not checked.",
    ),
    "issuer.unknown": (
        "준 곳이 어떤 기관인지 알 수 없습니다.",
        "It is not known what kind of body the issuer is.",
    ),
    "issuer.mismatch": (
        "적힌 곳과 서명한 곳이 다릅니다.",
        "The named issuer is not the one who signed.",
    ),
    "issuer.unavailable": (
        "준 곳의 정보를 불러오지 못했습니다.",
        "The issuer's information could not be loaded.",
    ),
    "issuer.not_checked": ("준 곳을 확인하지 않았습니다.", "The issuer was not checked."),
    "status.ok": ("취소되거나 정지되지 않았습니다.", "It is neither revoked nor suspended."),
    "status.none": (
        "취소 목록을 쓰지 않는 배지입니다.",
        "The badge does not use a status list.",
    ),
    "status.revoked": ("준 곳이 취소했습니다.", "The issuer has revoked it."),
    "status.suspended": ("준 곳이 잠시 정지했습니다.", "The issuer has suspended it for now."),
    "status.unavailable": (
        "준 곳의 취소 목록을 불러오지 못했습니다.",
        "The issuer's status list could not be loaded.",
    ),
    "status.untrusted": (
        "준 곳의 취소 목록을 믿을 수 없습니다.",
        "The issuer's status list cannot be relied on.",
    ),
    "status.unsupported": (
        "이 배지의 취소 목록 방식은 아직 확인할 수 없습니다.",
        "Status lists of this kind cannot be checked yet.",
    ),
    "status.not_checked": ("취소 여부를 확인하지 않았습니다.", "The status was not checked."),
    "dates.ok": ("유효한 기간 안에 있습니다.", "It is within its period of validity."),
    "dates.expired": ("{when}에 기간이 끝났습니다.", "Its period ended on {when}."),
    "dates.not_yet_valid": ("{when}부터 쓸 수 있습니다.", "It becomes valid on {when}."),
    "dates.malformed": ("유효 기간을 읽을 수 없습니다.", "Its period of validity cannot be read."),
    "anchor.ok": (
        "바깥 장부에 같은 기록이 있습니다.",
        "The same record stands in a ledger outside.",
    ),
    "anchor.not_checked": (
        "바깥 장부에 적혔는지는 확인하지 못했습니다. 다른 확인에는 영향이 없습니다.",
        "Whether it stands in the ledger outside was not checked. Nothing else depends on it.",
    ),
    "anchor.mismatch": (
        "바깥 장부에 적혔다는 증거가 이 배지의 것이 아닙니다.",
        "The proof of its record outside does not belong to this badge.",
    ),
    "anchor.absent": (
        "적혔다는 바깥 장부에 그 기록이 없습니다.",
        "The ledger outside does not hold the record that is claimed.",
    ),
    "badges.ok": ("안에 든 배지가 모두 지금 유효합니다.", "All badges in it are valid now."),
    "badges.altered": (
        "안에 든 배지 가운데 내용이 바뀌었거나 배지가 아닌 것이 있습니다.",
        "A badge in it was altered or is none.",
    ),
    "badges.not_all": (
        "안에 든 배지 가운데 지금 유효하지 않거나 확인하지 못한 것이 있습니다.",
        "Some badges in it are not valid now or could not be checked.",
    ),
    "badges.not_checked": (
        "안에 든 배지를 확인하지 않았습니다.",
        "The badges in it were not checked.",
    ),
    "dates.not_checked": ("유효 기간을 확인하지 않았습니다.", "The period of validity was not checked."),
}

_VERDICTS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "valid": ("이 배지는 지금 유효합니다", "This badge is valid now", "", ""),
    "revoked": (
        "이 배지는 취소되었습니다",
        "This badge has been revoked",
        "준 곳이 취소했습니다. 지금은 쓸 수 없습니다.",
        "The issuer has revoked it. It can no longer be used.",
    ),
    "suspended": (
        "이 배지는 지금 정지되어 있습니다",
        "This badge is suspended",
        "준 곳이 잠시 정지했습니다. 정지가 풀리면 다시 쓸 수 있습니다.",
        "The issuer has suspended it. It can be used again once that is lifted.",
    ),
    "expired": (
        "이 배지는 기간이 끝났습니다",
        "This badge has expired",
        "진짜 배지이지만 유효한 기간이 지났습니다.",
        "It is genuine, but its period of validity is over.",
    ),
    "not_yet_valid": (
        "이 배지는 아직 쓸 수 없습니다",
        "This badge is not valid yet",
        "유효한 기간이 아직 시작되지 않았습니다.",
        "Its period of validity has not begun.",
    ),
    "altered": (
        "내용이 바뀌었습니다",
        "The content was altered",
        "준 곳이 서명한 내용과 다릅니다. 이 배지를 믿지 마세요.",
        "It is not what the issuer signed. Do not rely on this badge.",
    ),
    "not_a_badge": (
        "배지가 아닙니다",
        "This is not a badge",
        "이 파일에서 배지 정보를 찾지 못했습니다. 원본 파일을 올려 주세요.",
        "No badge was found in this file. Please use the original file.",
    ),
    "unknown": (
        "지금은 유효한지 알 수 없습니다",
        "It cannot be told now whether this badge is valid",
        "가짜라는 뜻도, 유효하다는 뜻도 아닙니다.",
        "This means neither that it is false nor that it is valid.",
    ),
}


def make_check(
    code: CheckCode,
    outcome: CheckOutcome,
    reason: str,
    detail: str = "",
    *,
    when: datetime | None = None,
) -> Check:
    """A check with the sentences that belong to its reason."""
    if not detail and when is None:
        return _plain_check(code, outcome, reason)
    return _check(code, outcome, reason, detail, when)


def _check(code: CheckCode, outcome: CheckOutcome, reason: str, detail: str, when: datetime | None) -> Check:
    ko, en = _SENTENCES[f"{code}.{reason}"]
    if when is not None:
        local = when.astimezone(_KST)
        ko = ko.format(when=f"{local:%Y.%m.%d}")
        en = en.format(when=f"{local:%Y-%m-%d}")
    return Check(code, outcome, reason, ko, en, detail)


@lru_cache(maxsize=256)
def _plain_check(code: CheckCode, outcome: CheckOutcome, reason: str) -> Check:
    return _check(code, outcome, reason, "", None)


def conclude(
    checks: tuple[Check, ...],
    *,
    format: str,
    container: str,
    credential: Mapping[str, Any] | None = None,
    issuer: str | None = None,
    trust: str = "not_checked",
    source: bytes = b"",
    badges: tuple[Report, ...] = (),
) -> Report:
    """Draws the verdict. The gravest finding wins, and anything unknown keeps the badge from being valid."""
    return Report(_verdict(checks), format, container, checks, issuer, trust, source, credential, badges)


def _verdict(checks: tuple[Check, ...]) -> Verdict:
    if {check.outcome for check in checks} <= _GOOD:
        return "valid"
    for check in checks:
        # That an anchor could not be looked up changes nothing: the signature stands by itself.
        if check.outcome not in _GOOD and (check.code, check.outcome) != _UNCHECKED_ANCHOR:
            break
    else:
        return "valid"
    failed = {check.code: check for check in checks if check.outcome == "failed"}
    if "format" in failed:
        return "not_a_badge"
    if not failed.keys().isdisjoint(("signature", "issuer", "anchor", "badges")):
        return "altered"
    if "schema" in failed and not any(c.code == "signature" and c.reason == "unavailable" for c in checks):
        return "not_a_badge"
    if any(check.code in ("format", "signature") and check.outcome == "unknown" for check in checks):
        # Nothing else that the document says about itself can be relied on.
        return "unknown"
    if "status" in failed:
        return "suspended" if failed["status"].reason == "suspended" else "revoked"
    if "dates" in failed:
        return "not_yet_valid" if failed["dates"].reason == "not_yet_valid" else "expired"
    return "unknown"


_OUTCOMES: Final[Mapping[Verdict, Outcome]] = {"valid": "valid", "unknown": "unknown"}
_GOOD: Final = frozenset({"ok", "not_applicable"})
_UNCHECKED_ANCHOR: Final = ("anchor", "unknown")


def _decisive(checks: tuple[Check, ...], verdict: Verdict) -> Check | None:
    wanted = "unknown" if verdict == "unknown" else "failed"
    return next((check for check in checks if check.outcome == wanted), None)


def _explain(verdict: Verdict, check: Check, ko: str, en: str) -> tuple[str, str]:
    if verdict == "unknown":
        return f"{check.ko} {ko}", f"{check.en} {en}"
    if verdict == "altered" and check.reason != "altered":
        return f"{check.ko} 이 배지를 믿지 마세요.", f"{check.en} Do not rely on this badge."
    if verdict in ("not_a_badge", "expired", "not_yet_valid"):
        return check.ko, check.en
    return ko, en
