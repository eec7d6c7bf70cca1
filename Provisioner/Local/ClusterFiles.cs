using System.Text;

namespace Provisioner.Local;

/// <summary>The configuration files of a cluster, as text.</summary>
internal static class ClusterFiles
{
    public const string Superuser = "controlplane";

    public const string SettingsFile = "controlplane.conf";

    /// <summary>Goes into the <c>postgresql.conf</c> that initdb wrote, which knows what kinds of shared memory the machine has.</summary>
    public const string Include = $"include '{SettingsFile}'";

    /// <summary>TCP on loopback only: a socket would be one more door, and its path has a limit of 107 bytes.</summary>
    public static string Settings(ClusterProfile profile, int port)
    {
        var text = new StringBuilder("# Written anew at every start; put your own settings in with ALTER SYSTEM.\n")
            .Append("listen_addresses = '127.0.0.1'\n")
            .Append("unix_socket_directories = ''\n")
            .Append($"port = {port}\n");
        foreach (var (name, value) in profile.Settings)
        {
            text.Append($"{name} = '{value}'\n");
        }

        return text.ToString();
    }

    /// <summary>A tenant's login has the name of its database, and the database's owner is a member of that login, so "samerole" lets the two into that one and no other.</summary>
    public static string HostBasedAccess { get; } =
        $"""
        # Written anew at every start.
        # type  database  user            address        method
        host    all       {Superuser}          127.0.0.1/32   scram-sha-256
        host    all       {Superuser}          ::1/128        scram-sha-256
        host    samerole  all                   127.0.0.1/32   scram-sha-256
        host    samerole  all                   ::1/128        scram-sha-256
        local   all       all                                  reject
        host    all       all                   all            reject

        """;
}
