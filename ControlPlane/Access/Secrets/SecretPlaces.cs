namespace ControlPlane.Access.Secrets;

/// <summary>What the catalog's secrets are bound to.</summary>
public static class SecretPlaces
{
    public static string ServerAdmin(Guid server) => $"servers/{server}/admin";

    public static string MachineHostKey(Guid machine) => $"machines/{machine}/host_key";

    public static string MachineDatabase(Guid machine) => $"machines/{machine}/database";

    public static string MachineRuntimeKey(Guid machine) => $"machines/{machine}/runtime_key";

    public static string InstallationSshKey(Guid installation) => $"installation/{installation}/ssh";

    public static string DatabasePassword(Guid database) => $"tenant_databases/{database}/password";

    public static string AcmeAccountKey(Guid account) => $"acme_accounts/{account}/key";

    public static string CertificateKey(Guid certificate) => $"certificates/{certificate}/key";
}
