// Browser translation and some extensions move text nodes under React's feet; React then throws on removing them
// and the page goes blank. `translate="no"` asks them not to; this keeps the page alive where they do it anyway.

export function guardDom(): void {
  const { removeChild, insertBefore } = Node.prototype;
  Node.prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    return child.parentNode === this ? (removeChild.call(this, child) as T) : child;
  };
  Node.prototype.insertBefore = function <T extends Node>(this: Node, node: T, before: Node | null): T {
    const moved = before !== null && before.parentNode !== this;
    return insertBefore.call(this, node, moved ? null : before) as T;
  };
}
