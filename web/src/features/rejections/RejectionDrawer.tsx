// A refused message in full.
import type { Rejection } from "../../api/types";
import { Drawer } from "../../ui/Drawer";
import { useRefusalName } from "../../ui/ingest";
import { Refused } from "../../ui/Refused";

export function RejectionDrawer({ rejection, zone, sourceName, onClose }: { rejection: Rejection; zone: string; sourceName: string; onClose: () => void }) {
  const refusalName = useRefusalName();
  return (
    <Drawer title={refusalName(rejection.code)} onClose={onClose}>
      <div className="inspect">
        <Refused refused={rejection} zone={zone} sourceName={sourceName} />
      </div>
    </Drawer>
  );
}
