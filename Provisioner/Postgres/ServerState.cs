namespace Provisioner.Postgres;

/// <summary>What placement and the doctor want to know of a server.</summary>
/// <param name="Version">As the server prints it, such as <c>15.18 (Debian …)</c>.</param>
/// <param name="MaxConnections">Sessions tenants may have in all; those reserved for the control plane are not in it.</param>
/// <param name="UsedConnections">Sessions of clients now, ours included.</param>
/// <param name="Databases">PostgreSQL's own and templates left out.</param>
/// <param name="InactiveReplicationSlots">Each keeps old WAL on the disk until somebody reads it.</param>
/// <param name="Settings">The settings that decide whether many databases, and moves of them, work: name and value.</param>
public sealed record ServerState(
    string Version, int MajorVersion, int MaxConnections, int UsedConnections, int Databases, int InactiveReplicationSlots, IReadOnlyDictionary<string, string> Settings);
