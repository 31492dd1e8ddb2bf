"""How a department's name is told from its neighbours': pairs that mean one office, and pairs that do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from storage.names import near_names

SAME = """
发改局 市发展和改革局
发展和改革局 市发展改革委员会
市发改委 市发展和改革局
发改委 市发展和改革委员会
教育局 市教育和体育局
教体局 市教育体育局
市教育局 市教育局（市委教育工委办公室）
科技局 市科学技术局
工信局 市工业和信息化局
市工信委 市工业和信息化局
民宗局 市民族宗教事务局
公安局 市公安局
交警队 市公安局交通警察大队
民政局 县民政局
司法局 市司法局
财政局 灵泉市财政局
人社局 市人力资源和社会保障局
人力社保局 市人力资源和社会保障局
自然资源局 市自然资源和规划局
资规局 市自然资源和规划局
生态环境局 市生态环境局云岭分局
环保局 市生态环境局
住建局 市住房和城乡建设局
住房城乡建设局 市住房和城乡建设局
交通局 市交通运输局
水务局 市水务局
农业农村局 市农业农村局
农业局 市农业农村局
商务局 市商务和投资促进局
文旅局 市文化和旅游局
文广旅局 市文化广电和旅游局
卫健局 市卫生健康局
卫健委 市卫生健康委员会
退役军人局 市退役军人事务局
应急局 市应急管理局
审计局 市审计局
市场监管局 市市场监督管理局
市监局 市市场监督管理局
统计局 市统计局
医保局 市医疗保障局
审批局 市行政审批服务管理局
政务服务局 市政务服务和大数据管理局
大数据局 市大数据管理局
数据局 市数据局
城管局 市城市管理局
执法局 市综合行政执法局
综合执法局 市综合行政执法局
乡村振兴局 市乡村振兴局
信访局 市信访局
林草局 市林业和草原局
政府办 市政府办公室
府办 市人民政府办公室
市政府办 市人民政府办公室
网信办 市委网络安全和信息化委员会办公室
编办 市委机构编制委员会办公室
宣传部 市委宣传部
残联 市残疾人联合会
工商联 市工商业联合会
总工会 市总工会
团市委 共青团云岭市委员会
妇联 市妇女联合会
税务局 国家税务总局云岭市税务局
气象局 市气象局
烟草局 市烟草专卖局
消防大队 市消防救援大队
供电公司 国网云岭市供电公司
人行 中国人民银行云岭市支行
公积金中心 市住房公积金管理中心
融媒体中心 市融媒体中心
便民中心 市便民服务中心
不动产中心 市不动产登记中心
疾控中心 市疾病预防控制中心
青石镇 青石镇人民政府
青石镇政府 青石镇人民政府
白鹭乡 白鹭乡人民政府
东湖街道 东湖街道办事处
东湖街道办 东湖街道办事处
高新区管委会 高新技术产业开发区管理委员会
经开区 市经济技术开发区管理委员会
产业园管委会 云岭产业园管理委员会
"""
"""What is written, and the office it means."""

OTHER = """
教育局 体育局
市教育局 市体育局
司法局 司法所
东湖司法所 市司法局
财政局 民政局
财政局 财政所
公安局 民政局
审计局 统计局
水务局 税务局
水务局 商务局
商务局 税务局
科技局 科协
应急局 信访局
农业农村局 乡村振兴局
林草局 烟草局
气象局 信访局
民政局 民宗局
住建局 城管局
交通局 公安局
文旅局 文联
卫健局 医保局
市场监管局 金融监管局
市场监管局 国资监管局
大数据局 统计局
审批局 审计局
网信办 信访局
编办 政府办
宣传部 统战部
组织部 宣传部
残联 妇联
总工会 工商联
团委 党校
青石镇 白石镇
青石镇 青山镇
白鹭乡 白马乡
东湖街道 西湖街道
东湖街道 东湖社区
东湖街道 南湖街道
高新区管委会 经开区管委会
疾控中心 融媒体中心
公积金中心 便民服务中心
供电公司 供水公司
人行 农行
第一中学 第二中学
市一医院 市二医院
发改局 改革办
自然资源局 人力资源局
生态环境局 自然资源局
应急管理局 城市管理局
退役军人事务局 民族宗教事务局
政务服务局 机关事务局
机关事务中心 政务服务中心
海关 机关
邮政局 民政局
党校 学校
档案馆 图书馆
图书馆 文化馆
博物馆 图书馆
地震局 气象局
粮食局 财政局
"""
"""Two names that stand for two offices, however alike they look."""


def pairs(written: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a list."""
    for line in written.split("\n"):
        if line.strip():
            one, other = line.split()
            yield one, other


def score(one: str, other: str) -> int:
    """Return how near two names are: 0 where the one would not be offered for the other at all."""
    return next((score for _, score in near_names(one, [other], least=0)), 0)


def measured(thresholds: Iterable[int]) -> list[tuple[int, float, float]]:
    """Return for each threshold the precision and the recall of offering whatever scores as much."""
    same = [score(*pair) for pair in pairs(SAME)]
    other = [score(*pair) for pair in pairs(OTHER)]
    found = []
    for least in thresholds:
        right, wrong = (sum(each >= least for each in scores) for scores in (same, other))
        found.append((least, right / max(1, right + wrong), right / len(same)))
    return found
