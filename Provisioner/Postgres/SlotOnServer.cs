namespace Provisioner.Postgres;

/// <summary>A logical replication slot found on a server, ours or not. As long as it is there the server keeps what its reader has not read.</summary>
/// <param name="Database">Whose changes it keeps.</param>
public sealed record SlotOnServer(string Name, string Database);
