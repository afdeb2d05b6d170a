import { TextInput } from '@mantine/core';
import IconBarcode from '@tabler/icons-react/icons/IconBarcode';
import { useState } from 'react';

/** For codes that are pasted or typed; a scanner is heard wherever the focus is. */
export function ScanBox({ onScan }: { readonly onScan: (data: string) => void }) {
  const [data, setData] = useState('');
  return (
    <form
      style={{ flex: '1 1 200px' }}
      onSubmit={(event) => {
        event.preventDefault();
        if (data.trim() === '') return;
        onScan(data.trim());
        setData('');
      }}
    >
      <TextInput
        aria-label="Scan"
        placeholder="Scan, or type a barcode"
        autoComplete="off"
        spellCheck={false}
        leftSection={<IconBarcode size={16} stroke={1.7} />}
        value={data}
        onChange={({ currentTarget }) => {
          setData(currentTarget.value);
        }}
      />
    </form>
  );
}
