// Everything the page itself says; what the bot and the people say comes from the room.

export const HATS = { coordinator: '统筹人员', liaison: '联络员', leader: '领导', stranger: '未登记' };

export const HAT_GROUPS = { coordinator: '政务公开办', leader: '领导', liaison: '联络员', stranger: '未登记的人' };

export const WORDS = {
  mine: '我在的群',
  others: '其他群',
  privateMine: (bot) => `与${bot}私聊`,
  privateOf: (name) => `${name}的私聊`,
  privateNote: '只有我和它',
  people: (count, bot) => `${count} 人${bot}`,
  withBot: (bot) => ` · ${bot}在群里`,
  withoutBot: (bot) => ` · ${bot}不在群里`,
  nothingFound: '没有找到',
  noMessages: '还没有消息',
  saySomething: '还没有消息。说点什么，或用 / 开头发一条命令。',
  you: '我',
  unread: (count) => `${count} 条未读`,
  newMessages: (count) => `${count} 条新消息`,
  toBottom: '回到最新',
  earlier: '看更早的消息',
  reply: '回复',
  edit: '修改',
  edited: '已修改',
  updated: '已更新',
  replyingTo: (name) => `回复 ${name}`,
  editing: '修改这条消息',
  placeholder: '发消息，或点一张卡片来回复',
  placeholderReply: '写回复',
  placeholderEdit: '改好后发送',
  save: '保存修改',
  send: '发送',
  remove: (name) => `去掉 ${name}`,
  outside: (name) => `${name}不在这个群。换成群里的人：`,
  outsideNobody: (name) => `${name}不在这个群，这里也没有别人。`,
  outsidePrivate: (name) => `这是${name}的私聊。`,
  become: (name) => `换成${name}`,
  chooseWho: '换人',
  current: '现在是',
  clockMoved: (now) => `现在是 ${now}`,
  clockStill: '后面没有排好的事了',
  picture: '图片',
  download: '下载',
  tooLarge: (name) => `${name} 超过 20 MB，没有加上`,
  tooMany: '一条消息最多 10 个文件',
  sending: '正在发送…',
};

export const FAULTS = {
  empty: '没有内容，没有发送',
  text_too_long: '文字太长，没有发送',
  file_too_large: '文件超过 20 MB，没有发送',
  too_many_files: '一条消息最多 10 个文件',
  not_in_chat: '这个人不在这个群',
  not_yours: '只能修改自己的消息',
  no_such_message: '这条消息已经不在了',
  no_such_button: '这个按钮已经不在了',
  no_such_chat: '这个群已经不在了',
  no_such_person: '没有这个人',
  clock_backwards: '时间只往前走，请选以后的时刻',
  clock_busy: '钟还在走，请稍等',
  not_understood: '没有看懂这个请求',
  unreachable: '连不上演练室，请看它是否还开着',
  unknown: '没有办成，请再试一次',
};

const ZONE = 'Asia/Shanghai';
const part = (options) => new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, hourCycle: 'h23', ...options });
const DAY = part({ year: 'numeric', month: 'long', day: 'numeric' });
const SHORT_DAY = part({ month: 'long', day: 'numeric' });
const WEEKDAY = part({ weekday: 'long' });
const TIME = part({ hour: '2-digit', minute: '2-digit' });
const ISO = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' });

export const day = (at) => `${DAY.format(at)} ${WEEKDAY.format(at)}`;
export const time = (at) => TIME.format(at);
export const moment = (at) => `${day(at)} ${time(at)}`;
export const inputMoment = (at) => ISO.format(at).replace(' ', 'T');
export const sameDay = (one, other) => DAY.format(one) === DAY.format(other);
export const listTime = (at, now) => (sameDay(at, now) ? time(at) : SHORT_DAY.format(at));

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
