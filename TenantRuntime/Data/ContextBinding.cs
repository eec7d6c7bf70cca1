using System.Data;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using TenantRuntime.Connections;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Data;

/// <summary>One EF Core context's tie to the scope it serves and to the connection it uses right now.</summary>
internal sealed class ContextBinding(IRelationalConnection relational, NpgsqlConnection nowhere, TenantScope scope)
{
    private int lastCommands;
    private bool lastBeganReading;

    /// <summary>EF Core's view of the connection; unlike the context's facade it can be reached while the context is disposed.</summary>
    public IRelationalConnection Relational { get; } = relational;

    /// <summary>What the context holds while it is not connected; it leads nowhere.</summary>
    public NpgsqlConnection Nowhere { get; } = nowhere;

    /// <summary>The request or job.</summary>
    public TenantScope Scope { get; } = scope;

    public ServerConnection? Connection { get; private set; }

    /// <summary>The request or job is over.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Commands of the present use, or else of the last.</summary>
    public int Commands => Connection?.Commands ?? lastCommands;

    /// <summary>Whether the present use, or else the last, began with a command that only read.</summary>
    public bool BeganReading => Connection?.BeganReading ?? lastBeganReading;

    /// <summary>Whether a use goes on, on a connection that still works.</summary>
    public bool IsInUse => Connection is { Npgsql.State: ConnectionState.Open };

    public async ValueTask BeginUseAsync(CancellationToken ct)
    {
        await DropBrokenAsync();
        Connection = await Scope.TakeAsync(announces: true, ct);
        Relational.SetDbConnection(Connection.Npgsql, contextOwnsConnection: false);
    }

    public void Disconnect() => Relational.SetDbConnection(Nowhere, contextOwnsConnection: false);

    /// <summary>Ends the present use, if there is one.</summary>
    public ValueTask EndUseAsync(bool lost)
    {
        if (Connection is not { } used)
        {
            return ValueTask.CompletedTask;
        }

        lastCommands = used.Commands;
        lastBeganReading = used.BeganReading;
        Connection = null;
        return Scope.GiveBackAsync(used, lost);
    }

    /// <summary>Ends a use whose connection broke: EF Core says nothing about it, taking it for closed.</summary>
    public ValueTask DropBrokenAsync()
    {
        if (Connection is null || IsInUse)
        {
            return ValueTask.CompletedTask;
        }

        Disconnect();
        return EndUseAsync(lost: true);
    }

    public ValueTask EndAsync()
    {
        IsEnded = true;
        return EndUseAsync(lost: true);
    }
}
