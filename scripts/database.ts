import { runDatabaseProcess } from '@/lib/db/embedded/serve';

// The embedded database's own process; the launcher starts it and talks to it over IPC.
runDatabaseProcess();
