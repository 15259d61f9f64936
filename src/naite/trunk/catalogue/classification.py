"""The two classifications of courses, independent of each other (rows A22, B1; law-and-data section A5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.TextChoices):
    """Seoul's four areas."""

    SELF_GROWTH = "self_growth", _("자기함양")
    CAREER = "career", _("직업진로")
    CIVIC = "civic", _("시민소양")
    PRACTICAL_LITERACY = "practical_literacy", _("실용문해")


class SubArea(models.TextChoices):
    """Two sub-areas for each area, in the areas' order."""

    HUMANITIES = "humanities", _("인문교양과 인생설계")
    ARTS = "arts", _("문화예술 향유")
    WORLD_OF_WORK = "world_of_work", _("직업세계 이해")
    SKILLS = "skills", _("직무기술 및 경력개발")
    CIVIC_LIFE = "civic_life", _("시민생활 소양")
    COMMUNITY = "community", _("사회 및 공동체 참여")
    BASIC_LITERACY = "basic_literacy", _("기초문해")
    DIGITAL = "digital", _("디지털")


SUB_AREAS: dict[Area, tuple[SubArea, SubArea]] = {
    Area.SELF_GROWTH: (SubArea.HUMANITIES, SubArea.ARTS),
    Area.CAREER: (SubArea.WORLD_OF_WORK, SubArea.SKILLS),
    Area.CIVIC: (SubArea.CIVIC_LIFE, SubArea.COMMUNITY),
    Area.PRACTICAL_LITERACY: (SubArea.BASIC_LITERACY, SubArea.DIGITAL),
}
AREA_OF: dict[SubArea, Area] = {sub: area for area, subs in SUB_AREAS.items() for sub in subs}


class Category(models.TextChoices):
    """The six categories of lifelong education (평생교육 6진 분류)."""

    BASIC_LITERACY = "basic_literacy", _("기초문해교육")
    ACADEMIC_SUPPLEMENT = "academic_supplement", _("학력보완교육")
    VOCATIONAL = "vocational", _("직업능력교육")
    ARTS_CULTURE = "arts_culture", _("문화예술교육")
    HUMANITIES = "humanities", _("인문교양교육")
    CIVIC_PARTICIPATION = "civic_participation", _("시민참여교육")


class DeliveryMode(models.TextChoices):
    OFFLINE = "offline", _("모여서")
    ONLINE = "online", _("온라인")
    BLENDED = "blended", _("모여서·온라인 함께")


class SelectionMethod(models.TextChoices):
    FIRST_COME = "first_come", _("먼저 신청한 순서")
    LOTTERY = "lottery", _("추첨")
    SCREENING = "screening", _("심사")
    OTHER = "other", _("그 밖")
