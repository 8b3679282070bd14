import { CopyLines } from '@/components/ui/copy-lines';

/** Why this browser cannot make the first administrator, and the ways in which it can be made. */
export function SetupClosed() {
  return (
    <div className="flex flex-col gap-4 text-sm">
      <p>
        This server has no administrator yet. From another machine nobody can become one without a secret:
        else whoever finds the server first would own it. Choose one of three ways.
      </p>
      <Way title="On the machine itself">
        <p className="text-soft">Open this page in a browser there, under the address localhost.</p>
      </Way>
      <Way title="With a set-up token">
        <p className="text-soft">
          Start the server with a token of your own (12 characters or more), then load this page again.
        </p>
        <CopyLines label="Start with a set-up token" text="SETUP_TOKEN=a-long-secret-of-yours npm start" />
      </Way>
      <Way title="With a name and password in the environment">
        <p className="text-soft">The server makes the account when it starts; log in with it then.</p>
        <CopyLines
          label="Start with an administrator"
          text="ADMIN_USERNAME=admin ADMIN_PASSWORD=a-long-password-of-yours npm start"
        />
      </Way>
    </div>
  );
}

function Way({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </section>
  );
}
