"""``make requirements``: which part of which requirement row is proven by how many tests."""

import ast
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("browser", "api", "rule", "refusal")

# Every row of the requirements: A the learning account, B digital badges, K training hubs, M staff education,
# X what all four share.
ROWS = {
    "A1": "roles, delegation, handing over, standing in",
    "A2": "provincial stage on and off",
    "A3": "kinds of institution and their legal basis",
    "A3a": "plans become rounds, targets, schedules",
    "A4": "rounds: scope, period, kinds, one month's notice",
    "A5": "application, receipt, supplement, return, forwarding",
    "A6": "criteria as data",
    "A7": "panels, conflicts of interest, sealed scores",
    "A8": "result: 70 % and two thirds, exactly",
    "A9": "provisional recognition, one re-evaluation",
    "A10": "committee, approval, public posting",
    "A11": "notice within seven days",
    "A12": "validity of five years, renewal",
    "A13": "spot checks by a reproducible draw",
    "A14": "complaint, correction, cancellation, objection",
    "A15": "history of every case",
    "A16": "opening, closing, delegating an account",
    "A17": "five sections of the account",
    "A18": "section 5 moves to section 4",
    "A19": "completions fill section 4",
    "A20": "certificates and their check",
    "A21": "counselling",
    "A22": "search of recognised courses",
    "A23": "learners report on courses",
    "A24": "use of results",
    "A25": "statistics",
    "A26": "vouchers, institution certification, disclosure",
    "B1": "frameworks as data",
    "B2": "what a type demands is enforced",
    "B3": "badge designer",
    "B4": "award by rule, by hand, in bulk",
    "B5": "Open Badges 3.0 credentials",
    "B6": "log and anchors",
    "B7": "wallet",
    "B8": "portfolio",
    "B9": "verification by anyone",
    "B10": "pathways",
    "B11": "the pilot as demo data",
    "B12": "renewal, reminders, endorsement, appeal",
    "B13": "classification workbench",
    "B14": "roll-out plan",
    "K1": "hubs",
    "K2": "facilities and equipment",
    "K3": "consortium",
    "K4": "training course design",
    "K5": "eligibility and funding",
    "K6": "selection",
    "K7": "attendance by rotating QR",
    "K8": "projects",
    "K9": "four levels of certification",
    "K10": "internships and jobs",
    "K11": "youth employment membership",
    "K12": "data-driven learning",
    "K13": "performance management",
    "M1": "programme of lectures",
    "M2": "pre-registration",
    "M3": "materials",
    "M4": "theory and practice",
    "M5": "preparation guide",
    "M6": "application plan and follow-up",
    "M7": "survey that shapes the next round",
    "M8": "completion and hours",
    "X1": "the main path",
    "X2": "real course data",
    "X3": "tree rings",
    "X4": "Korean, English, plain words, accessibility",
    "X5": "sign-in",
    "X6": "privacy law",
    "X7": "notices",
    "X7a": "officials' comfort",
    "X8": "open API and standards",
    "X9": "paid courses and refunds",
    "X10": "SQLite, PostgreSQL, backup, operation",
    "X11": "one person crosses all four systems",
}
# What a row cannot have, with the reason.
NOT_APPLICABLE = {
    ("B11", "api"): "demo data",
    ("B11", "refusal"): "demo data",
    ("X3", "api"): "a picture of what the record's API gives",
    ("X11", "api"): "a path through the others",
    ("X11", "refusal"): "a path through the others",
}


def marks(folder: Path) -> Counter[tuple[str, str]]:
    """Count ``@pytest.mark.req(row, part, …)`` over all test functions below a folder."""
    found: Counter[tuple[str, str]] = Counter()
    for file in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.req")):
                continue
            row, *parts = (str(part.value) for part in node.args if isinstance(part, ast.Constant))
            if row not in ROWS or not parts or set(parts) - set(PARTS):
                raise SystemExit(f"{file}:{node.lineno}: {ast.unparse(node)} names no row or part")
            found.update((row, part) for part in parts)
    return found


def is_done(row: str, found: Counter[tuple[str, str]]) -> bool:
    """Whether each part of a row is proven by a test or cannot be."""
    return all(found[row, part] or (row, part) in NOT_APPLICABLE for part in PARTS)


def main() -> int:
    found = marks(ROOT / "tests")
    print(f"{'row':5}" + "".join(f"{part:>9}" for part in PARTS))
    for row, title in ROWS.items():
        shown = (found[row, part] or ("n/a" if (row, part) in NOT_APPLICABLE else "–") for part in PARTS)
        print(f"{row:5}" + "".join(f"{each:>9}" for each in shown) + f"  {title}")
    print(f"{sum(is_done(row, found) for row in ROWS)} of {len(ROWS)} rows proven in every part")
    return 0


if __name__ == "__main__":
    sys.exit(main())
