"""The words of responsibility clauses: roles, what surrounds them, how names join and end."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["lead", "responsible", "support", "nobody"]

RANK: dict[Role, int] = {"lead": 0, "responsible": 1, "support": 2, "nobody": 3}
"""Of two roles the one with the lower number counts."""

ROLES: tuple[tuple[str, Role], ...] = (
    ("总牵头", "lead"),
    ("牵头", "lead"),
    ("主办", "lead"),
    ("承办", "responsible"),
    ("负责", "responsible"),
    ("落实", "responsible"),
    ("实施", "responsible"),
    ("执行", "responsible"),
    ("办理", "responsible"),
    ("完成", "responsible"),
    ("配合", "support"),
    ("参与", "support"),
    ("参加", "support"),
    ("协办", "support"),
    ("协助", "support"),
    ("协同", "support"),
    ("指导", "support"),
    ("支持", "support"),
)
"""Words for a role behind the names."""

FILLER = (
    *("按照各自职责分工", "按各自职责分工", "按照职责分工", "根据职责分工", "按职责分工", "依职责分工"),
    *("按照各自职责", "按各自职责", "根据各自职责", "按照职责", "按职责", "依职责", "分工"),
    *("具体", "分别", "共同", "组织", "积极", "贯彻", "抓好", "做好", "推动", "推进", "认真", "密切", "予以"),
)
"""Words between the names and their role that say nothing of who."""

_LABELLED: tuple[tuple[str, Role], ...] = (
    (r"(?:牵头|责任|分管|包抓|主管|联系)(?:领导|人员?)|联系电话", "nobody"),
    (r"(?:总)?牵头(?:负责|责任)?|主办|主要责任|第一责任", "lead"),
    (r"责任|落实|承办|实施|(?:具体)?负责|任务|执行", "responsible"),
    (r"配合|协办|协助|协同|参与|参加|支持|指导", "support"),
)

LABELS: tuple[tuple[re.Pattern[str], Role], ...] = tuple(
    (re.compile(rf"(?:{said})(?:单位|部门|主体|机构|科室)?(?:和部门)?:"), role) for said, role in _LABELLED
)
"""Labels in front of the names; a person is nobody's department."""

LEAD_INSIDE = re.compile(r"牵头(?:负责|落实|组织(?:实施)?|承办)?(?=[^,;:牵负落组承单部领人主责])")
TOGETHER = re.compile(r"会同|协同")

TAIL = re.compile(r"等(?:[0-9一二两三四五六七八九十]{1,3}个)?(?:部门|单位)?(?:和单位|、单位)?$")
HEAD = re.compile(r"^(?:由|以及|及其?|并由|请|与|和(?!平|田|静|顺|县|政|林|布|龙|硕)){1,3}")
JOINED = re.compile(
    r"(?<=[局委办厅院部社站所处队镇乡道心司门位会联协\]>)])(?:以及|及|和|与|暨)"
    r"(?=各|有关|相关|其他|市直|市级|县直|区直|驻|[^,、]{1,16}[局委办厅院部社站处队镇乡道心司门位]$)"
    r"|等(?=各|有关|相关|其他)"
)
"""Words that join two names; 发展和改革局 is one name, since 发展 is none."""

BODIES = (
    *(
        "局",
        "委",
        "办",
        "厅",
        "院",
        "部",
        "处",
        "署",
        "站",
        "所",
        "队",
        "社",
        "会",
        "馆",
        "校",
        "镇",
        "乡",
        "街道",
    ),
    *(
        "中心",
        "公司",
        "集团",
        "银行",
        "部门",
        "单位",
        "政府",
        "机关",
        "企业",
        "机构",
        "支行",
        "分行",
        "电视台",
    ),
    *(
        "区",
        "县",
        "市",
        "州",
        "园",
        "大学",
        "海关",
        "法庭",
        "科",
        "股",
        "组",
        "责任主体",
        "村",
        "联",
        "协",
        "场",
        "厂",
    ),
)
"""How names of bodies end."""

BODY = re.compile("[" + "".join(sorted({body[-1] for body in BODIES})) + "]")
"""A character with which some name ends: a bracket without any names nobody."""

NO_NAME = re.compile(r"^(?:含|包括|不含|例如|比如|详见|附件|见附|其中|以下简称)|[《》“”\"。!?%\0]")

STANDING = re.compile(
    r"(?:以下|下列|上述|以上)[^,。;]{0,12}?(?:均|都)(?:需要|需|须|要|应)?由?(?P<names>[^。;]{1,60}?)$"
)
STANDING_ENDS = re.compile(r"(?:负责|组织|贯彻|抓好)?(?:落实|实施|负责)(?=,?[^,。;]{0,4}不再)")


EVERY_DEPARTMENT = "各部门"
"""What a coordinator means who says that an item falls to everybody."""
