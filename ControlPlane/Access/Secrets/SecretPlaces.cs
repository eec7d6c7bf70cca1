namespace ControlPlane.Access.Secrets;

/// <summary>What the catalog's secrets are bound to.</summary>
public static class SecretPlaces
{
    public static string ServerAdmin(Guid server) => $"servers/{server}/admin";

    public static string DatabasePassword(Guid database) => $"tenant_databases/{database}/password";
}
