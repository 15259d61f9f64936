"""What obstacles and choices are called on the screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.recognition.panels.conflicts import Obstacle

OBSTACLES: dict[str, str | Promise] = {
    Obstacle.OWN_INSTITUTION: _("제척: 신청 기관이나 그 위 지자체에 속했음"),
    Obstacle.OWN_REGION: _("제척: 같은 시군구"),
    Obstacle.DECLARED: _("제척: 이해충돌 확인서에 적은 기관"),
    Obstacle.CHALLENGED: _("기피: 신청 기관이 냈음"),
    Obstacle.RECUSED: _("회피: 위원이 냈음"),
    Obstacle.REPLACED: _("이 건에서 이미 바뀐 위원"),
    Obstacle.UNDECLARED: _("이해충돌 확인서를 아직 내지 않음"),
    Obstacle.UNAVAILABLE: _("지금 맡을 수 없다고 함"),
}
