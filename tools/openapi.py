"""Write docs/reference/openapi.json and openapi-vc.json anew: python -m tools.openapi"""

import json
import os
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"
TARGET = REFERENCE / "openapi.json"
VC_TARGET = REFERENCE / "openapi-vc.json"


def description() -> str:
    """Return the API's description as it is committed."""
    from django.utils import translation  # noqa: PLC0415 - settings come first

    from naite.api.v1.api import api  # noqa: PLC0415

    with translation.override("ko"):
        schema = api.get_openapi_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def vc_description() -> str:
    """Return the VC-API's description as it is committed."""
    from django.utils import translation  # noqa: PLC0415 - settings come first

    from naite.api.vc.description import description  # noqa: PLC0415

    with translation.override("ko"):
        schema = description()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naite.config.settings")
    import django  # noqa: PLC0415

    django.setup()
    TARGET.write_text(description(), encoding="utf-8")
    VC_TARGET.write_text(vc_description(), encoding="utf-8")
    print(TARGET, VC_TARGET)


if __name__ == "__main__":
    main()
