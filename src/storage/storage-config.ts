/** Where projects' files are kept: STORAGE_URL, a folder under the data folder unless told otherwise. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigRefusal, text, url, type Environment } from '../config.ts';
import type { FileStore } from './file-store.ts';
import { FolderStore } from './folder-store.ts';
import { SupabaseStore, type SupabaseBucket } from './supabase-store.ts';

export type StorageConfig =
  { readonly kind: 'folder'; readonly folder: string } | ({ readonly kind: 'supabase' } & SupabaseBucket);

const example = 'STORAGE_URL should be file:///a/folder or supabase://bucket.';

export function readStorageConfig(env: Environment, dataFolder: string): StorageConfig {
  const given = text(env, 'STORAGE_URL');
  if (given === null) return { kind: 'folder', folder: path.join(dataFolder, 'files') };
  if (!URL.canParse(given)) throw new ConfigRefusal(example);
  const address = new URL(given);
  if (address.protocol === 'file:') return { kind: 'folder', folder: folderOf(address) };
  if (address.protocol === 'supabase:' && /^supabase:\/\/[\w.-]+\/?$/.test(given))
    return supabaseOf(env, address.hostname);
  throw new ConfigRefusal(example);
}

export function openStore(config: StorageConfig, maxRetries: number): FileStore {
  return config.kind === 'folder' ? new FolderStore(config.folder) : new SupabaseStore(config, { maxRetries });
}

function folderOf(address: URL): string {
  if (address.hostname !== '' || address.pathname === '/') throw new ConfigRefusal(example);
  return fileURLToPath(address);
}

function supabaseOf(env: Environment, bucket: string): StorageConfig {
  const address = url(env, 'SUPABASE_URL', ['https:', 'http:'], 'https://abcdefgh.supabase.co');
  const serviceRoleKey = text(env, 'SUPABASE_SERVICE_ROLE_KEY');
  if (address !== null && serviceRoleKey !== null) return { kind: 'supabase', url: address, serviceRoleKey, bucket };
  throw new ConfigRefusal(
    'SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY should be given where STORAGE_URL is supabase://bucket.',
  );
}
