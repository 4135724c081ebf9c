// 拒收事件的文字。
const zhCN = {
  "rejections.note": "无法成为事件的消息，原文保留在这里。修正规则或发送方后，可以重放：能通过的写入为事件，其余留下并附上新的原因。",
  "rejections.none": "没有被拒收的事件",
  "rejections.noneWhat": "到达的每一条消息都成为了事件。",
  "rejections.noMatch": "没有符合条件的消息",
  "rejections.reasons": "拒收原因",
  "rejections.allReasons": "查看全部原因",
  "rejections.reason": "原因",
  "rejections.count": "条数",
  "rejections.mend": "重放",
  "rejections.replayAll": "全部重放",
  "rejections.replayOf": "全部重放：{{reason}}",
  "rejections.replayChosen": "重放所选（{{n}}）",
  "rejections.replaying": "正在重放…",
  "rejections.replayed": "重放完成：读取 {{read}} 条，接收 {{accepted}} 条，仍被拒收 {{rejected}} 条。",
  "rejections.messages": "消息",
  "rejections.choose": "选择 {{when}} 到达的消息",
  "rejections.chooseAll": "全选",
  "rejections.openOf": "查看 {{when}} 到达的消息原文",
  "rejections.state": "状态",
  "rejections.open": "未处理",
  "rejections.done": "已重放 {{when}}",
  "rejections.older": "更早的",
  "rejections.dropped": "较早的消息因数量过多已不再保留：累计 {{n}} 条。",
};

export default zhCN;
