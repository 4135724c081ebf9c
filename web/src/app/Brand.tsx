export function Brand() {
  return (
    <div className="brand">
      <img src="/icon.svg" alt="" width={20} height={20} />
      <span className="brand-zh">动线</span>
      <span>Throughline</span>
    </div>
  );
}
