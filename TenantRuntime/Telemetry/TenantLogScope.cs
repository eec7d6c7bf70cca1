using System.Collections;

namespace TenantRuntime.Telemetry;

/// <summary>Puts <c>tenant</c> and <c>tenant_id</c> on every log entry of a request or job.</summary>
internal sealed class TenantLogScope(Guid id, string slug) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] values = [new("tenant", slug), new("tenant_id", id)];

    public int Count => values.Length;

    public KeyValuePair<string, object?> this[int index] => values[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => values.GetEnumerator();

    public override string ToString() => $"tenant:{slug}";
}
