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
    *((word, "support") for word in ("保障资金", "保障经费", "资金保障", "经费保障", "提供保障")),
)
"""Words for a role behind the names."""

ROLE = re.compile("|".join(word for word, _ in ROLES))
"""A sentence without any of these names nobody."""

FILLER = (
    *("按照各自职责分工", "按各自职责分工", "按照职责分工", "根据职责分工", "按职责分工", "依职责分工"),
    *("按照各自职责", "按各自职责", "根据各自职责", "按照职责", "按职责", "依职责", "分工"),
    *("具体", "分别", "共同", "组织", "积极", "贯彻", "抓好", "做好", "推动", "推进", "认真", "密切", "予以"),
)
"""Words between the names and their role that say nothing of who."""

_PERSONS = (
    r"(?:(?:总?牵头|责任|分管|包抓|包保|挂联|挂钩|主管|联系|督办|主要|市|县|区|州|级)*"
    r"(?:领导|负责人|责任人|联系人|联络人|联络员|人员?)|(?:联系|咨询|监督)?电话|联系方式)"
)
_LABELLED: tuple[tuple[str, Role], ...] = (
    (r"(?:总)?牵头(?:负责|责任|及责任|和责任)?|主办|主责|主要责任|第一责任|总负责", "lead"),
    (r"责任|落实|承办|实施|(?:具体)?负责|任务|执行|承担|完成|组织实施|建设", "responsible"),
    (r"配合|协办|协助|协同|协作|参与|参加|参建|支持|指导|督导|监管|会办|配合责任", "support"),
)
_BODY = r"(?:单位|部门|主体|机构|科室|处室|股室|站所|村社|方)"
_AND_BODY = r"(?:[和及、/]?(?:单位|部门|责任人)|\((?:单位|部门)\))?"

LABELS: tuple[tuple[re.Pattern[str], Role], ...] = (
    *(
        (re.compile(rf"(?:{said})(?:{_BODY}?{_AND_BODY}:|(?:单位|部门)[为是])"), role)
        for said, role in _LABELLED
    ),
    (re.compile(rf"{_PERSONS}:"), "nobody"),
)
"""Labels in front of the names; a person is nobody's department."""

_LIMIT = (
    r"(?:(?:完成|办结|责任|工作|落实|办理|推进|整改|实施|任务|计划|目标|上线|建成|投用|开工|完工|竣工|启用|举办|交付|验收)的?)?"
    r"(?:时限|期限|时间节点|时间(?!表))(?:要求)?|完成日期|节点"
)
FIELD = re.compile(
    r"(?:(?<=[\n。;!?.)\]|,])|(?<=\s)|^)[ \t\u3000]{0,4}"
    rf"(?:(?:(?P<label>(?:{'|'.join(said for said, _ in _LABELLED)}){_BODY}{_AND_BODY}|{_PERSONS})"
    rf"|(?P<limit>{_LIMIT})|备注|进展情况)\s?:|(?P<said>(?:牵头|责任|配合|承办|主办)(?:单位|部门))[为是])"
)
"""A labelled field of an item: who answers for it, until when, or what is no part of its words."""

BRACKETED = re.compile(
    rf"(?<!\S)[\[【〔［](?P<label>(?:{'|'.join(said for said, _ in _LABELLED)}){_BODY}{_AND_BODY}|{_LIMIT})"
    r"[\]】〕］]\s?[:：]?"
)
"""A label in brackets of its own: 【责任单位】市财政局."""

LEAD_INSIDE = re.compile(
    r"牵头(?:负责|落实|组织(?:实施)?|承办)?(?!(?:科室|处室|股室|机构):)(?=[^,;:)\]>牵负落组承单部领人主责推统协抓做开完制])"
    r"|(?<=[^,;:。(\[])(?=(?:牵头|责任|配合|主办|协办|承办|落实|参与|协同)(?:单位|部门)?:"
    r"|(?:完成|办结|责任|整改)(?:时限|时间):)"
)
ROLE_INSIDE = re.compile(
    r"(?<=[局委办厅院部社站所处队镇乡道心府位门团会司])(?:具体|共同|分别)?(?P<role>牵头|负责|承办|配合|协助)"
    r"(?=[^,;、。局委办厅]{1,12}$)"
)
"""A role with what is to be done behind it: 市文旅集团负责建设."""
DUTY_INSIDE = re.compile(
    r"(?<=[局委办厅院部社站所处队镇乡道心府位门团会司])按照?(?:各自)?职责(?:分工)?(?:[^,;、。局委办厅]{1,16})$"
)
"""What is to be done by duty: 市财政局按职责做好保障工作."""
TOGETHER = re.compile(r"会同|协同")

TAIL = re.compile(r"等(?:[0-9一二两三四五六七八九十]{1,3}个)?(?:部门|单位)?(?:和单位|、单位)?$")
HEAD = re.compile(r"^(?:由|以及|及其?|并由|请|与|和(?!平|田|静|顺|县|政|林|布|龙|硕)|其中){1,3}")
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
        "中学",
        "小学",
        "海关",
        "法庭",
        "科",
        "股",
        "组",
        "责任主体",
        "室",
        "段",
        "大队",
        "街",
        "社区",
        "集聚区",
        "新区",
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

LEADS_FIRST = re.compile(
    r"[列排](?:名|序)?在?(?:第一位?|首位|最前)的?(?!季)"
    r"|(?:第一个?|首个|首位)(?:责任)?(?:单位|部门)?[为是系](?:总?牵头|主办)"
)
STARS = "*＊﹡∗✱★☆▲△※"
REST_SUPPORTS = re.compile(
    r"[^。;\n]{0,16}?(?:其余|其他|其它|后面|之后|后)的?(?:各?(?:责任)?(?:单位|部门))?(?:均|都)?(?:为|是|系)?(?:配合|协办|参与|协助)"
)
"""What follows a rule of who leads where it says that the rest support."""
LEADS_BEFORE_COMMA = re.compile(r"第一个?(?:逗号|,)(?:之?前|以前)")
RULE = re.compile(
    rf"{LEADS_FIRST.pattern}|{LEADS_BEFORE_COMMA.pattern}|^下同$|^以下同"
    r"|为(?:牵头|主办|汇总)(?:或汇总)?(?:单位|部门)|^[除其]?(?:标注|标明)"
)
"""Words that state who leads from there on; they name nobody."""

SCOPE_ABOVE = re.compile(
    r"(?:以上|上述|前述)(?:各|这)?(?P<count>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})?项?(?:重点)?(?:工作|任务|措施|事项|内容|举措)?(?:均|都)?,?由"
)
SCOPE_BELOW = re.compile(
    r"(?:(?:以下|下列|下述)(?:各|所列)?(?:项)?(?:重点)?(?:工作|任务|措施|事项|内容)?|(?:本(?:部分|章|节|表|方案|清单|要点)|各项|全部)(?:所列)?(?:各项|全部)?(?:重点)?(?:工作|任务|措施|事项))(?:均|都)?,?由"
)
THIS = re.compile(
    r"(?P<when>[^,;。:由()\[\]]{1,14}(?:前|内|底))?(?:(?:此|该|本|上述|以上)(?:项|个)?(?:重点)?(?:工作|任务|行动|项目|整治|事项|部分|[章节类])?)?,?(?:均|都)?由"
)
NOT_A_CLAUSE = re.compile(
    r"^(?:推动|推进|督促|加强|要求|引导|压实|落实|明确|支持|鼓励|确保|强化|建立|完善|对|按|向|协调|组织|报)"
)
"""How a sentence begins that only ends as a clause does."""

NO_NAME = re.compile(
    r"^[0-9]{1,6}[项个家件户名场处条人]|^(?:含|包括|不含|例如|比如|详见|附件|见附|其中|以下简称)|[《》“”\"。!?%\0:]"
)

NO_ITEM = re.compile(
    r"^(?:(?:总体|工作|有关|相关|主要)?(?:要求|目标|思路|原则)|指导思想|基本原则|总体要求(?:和目标|和主要目标)?|组织(?:领导|保障|实施)"
    r"|(?:加强|强化)?(?:组织领导|组织保障|工作保障|组织实施)|保障措施|保障机制|实施步骤|工作步骤|有关事项|其他事项|本(?:措施|办法|意见|通知|方案|政策|规定|细则)自.{1,20}起(?:施行|实施|执行).*)$"
)
"""What sections are called that ask nothing of anybody in particular."""

STANDING = re.compile(
    r"(?:以下|下列|上述|以上)[^,。;]{0,12}?(?:均|都)(?:需要|需|须|要|应)?由?(?P<names>[^。;]{1,60}?)$"
)
STANDING_ENDS = re.compile(r"(?:负责|组织|贯彻|抓好)?(?:落实|实施|负责)(?=,?[^,。;]{0,4}不再)")


_PLACES = r"(?:[市县区州盟旗乡镇]|自治[州县旗]|街道|开发区|新区|管委会)"
GOVERNMENTS = re.compile(
    rf"各{_PLACES}{{1,2}}(?:[(<[]{_PLACES}[)>\]])?(?:、{_PLACES}(?:[(<[]{_PLACES}[)>\]])?){{1,3}}(?:人民)?政府"
)
"""Governments named together, by one name: 各市、州人民政府."""
PARTY = re.compile(r"(?:党委|党工委|党组)$")
ITS_GOVERNMENT = frozenset({"政府", "人民政府", "办事处", "管委会"})

EVERY_DEPARTMENT = "各部门"
"""What a coordinator means who says that an item falls to everybody."""

ROLE_OF_NAME = re.compile(r"[(\[<](?P<role>总?牵头|主办|配合|协办|责任)(?:单位|部门)?[)\]>]$")
"""A role in a bracket behind the name it belongs to: 市教育局（牵头）."""

PREFIX = re.compile(r"^(?:(?:自治)?[省市县区州]|国家|全[省市县区])(?!场|政|域|内|外|直|级)")
_STEMS = (
    "发展?(?:和)?改革?|发改|财政|教育?体?育?|科技|科学技术|工业?和?信息化?(?:商务)?|经信|经济和?信息化|民族?宗教?|民宗|公安|民政|司法",
    "人力资源和?社会保障|人社|人力社保|自然资源(?:和规划)?|规划|资源规划|生态环境|环保|住房?和?城?乡?建设|住建",
    "城管|城市管理(?:综合)?(?:行政)?执?法?|综合执法|交通运输|交通|水利|水务|农业农村|农业|林业|林草|园林|商务|商投|投资促进",
    "文化和?旅游|文旅|文广旅?体?|文化广电?和?旅游|文旅体|文体旅?|卫生健康|卫健|卫生|医保|医疗保障|退役军人(?:事务)?|应急管理?",
    "审计|国资|外事|外|统计|体育|市场监管|市场监督管理|知识产权|粮食和物资储备|粮食|信访|金融|地方金融监管|机关事务(?:管理)?",
    "政务(?:服务)?数据|数据|大数据|行政审批|审批服务管理|税务|气象|地震|海洋|海洋发展|口岸|档案|供销|药监|能源|广电",
    "通信管理|邮政管理|消防救援|金融监督?管理?|新闻出版|广播电视|乡村振兴|人民防空|人防|文物|中医药|烟草专卖|海事|机构编制|矿山安全监察",
)
STEM = re.compile(rf"(?:(?:{'|'.join(_STEMS)})(?:管理|服务)?(?:委员会|委|厅|局|办公室|办|总队|支队|大队))")
"""Departments as every level of government has them: 省商务厅、交通运输厅 are both of the province."""
