// The pixels of a picture that was chosen.
import { useEffect, useState } from "react";

/** null: not read yet, or none. */
export function useBitmap(file: File | null): ImageBitmap | null {
  const [image, setImage] = useState<ImageBitmap | null>(null);
  useEffect(() => {
    if (file === null) return undefined;
    let gone = false;
    createImageBitmap(file).then(
      (made) => (gone ? made.close() : setImage(made)),
      // What is no picture the server tells of, too.
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [file]);
  return image;
}
