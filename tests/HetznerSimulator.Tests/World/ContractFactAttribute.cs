using HetznerSimulator.Contract;

namespace HetznerSimulator.Tests.World;

/// <summary>A test that needs the official document, and is skipped where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractFactAttribute : FactAttribute
{
    public ContractFactAttribute() => Skip = ApiContract.Find() is null ? $"The official document is not there; {ApiContract.Variable} names its file." : null;
}
